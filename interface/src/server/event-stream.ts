import type { LiveEvent } from './live-events.ts'

/** A stream of server-sent events with a comment every `pingMs`, so that proxies keep it open. */
export function eventStream(
  start: (send: (event: LiveEvent) => void) => Promise<() => void>,
  pingMs = 15_000,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    start: async (controller) => {
      let isOpen = true
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text))
      }
      const timer = setInterval(() => write(': ping\n\n'), pingMs)
      let unsubscribe = () => {}
      stop = () => {
        isOpen = false
        clearInterval(timer)
        unsubscribe()
      }
      write('retry: 2000\n: open\n\n')
      unsubscribe = await start(({ kind, guildId }) =>
        write(`event: ${kind}\ndata: ${JSON.stringify({ guildId })}\n\n`),
      )
      if (!isOpen) unsubscribe()
    },
    cancel: () => stop(),
  })
}
