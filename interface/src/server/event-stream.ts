import type { LiveEvent } from './live-events.ts'

type Options = {
  /** Aborted when the browser goes away. */
  signal: AbortSignal
  pingMs?: number
}

/** A stream of server-sent events with a comment now and then, so that proxies keep it open. `start` subscribes and returns how to stop. */
export function eventStream(
  start: (send: (event: LiveEvent) => void) => Promise<() => void>,
  { signal, pingMs = 15_000 }: Options,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    start: async (controller) => {
      let isOpen = true
      let unsubscribe = () => {}
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text))
      }
      // The connection keeps the process alive, not the clock.
      const timer = setInterval(() => write(': ping\n\n'), pingMs).unref()
      stop = () => {
        isOpen = false
        clearInterval(timer)
        unsubscribe()
      }
      signal.addEventListener('abort', stop, { once: true })
      unsubscribe = await start(({ kind, guildId }) =>
        write(`event: ${kind}\ndata: ${JSON.stringify({ guildId })}\n\n`),
      )
      if (!isOpen || signal.aborted) return stop()
      // Only now: who has seen this misses nothing any more.
      write('retry: 2000\n: open\n\n')
    },
    cancel: () => stop(),
  })
}
