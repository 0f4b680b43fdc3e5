import type { LiveEvent } from './live-events.ts'

type Options = {
  /** Aborted when the browser goes away. */
  signal: AbortSignal
  pingMs?: number
}

/** The open end of a stream of events. `end` closes it; the browser asks for a new one. */
export type EventSink = { send: (event: Pick<LiveEvent, 'kind' | 'guildId'>) => void; end: () => void }

/**
 * A stream of server-sent events with a comment now and then, so that proxies keep it open. `start` subscribes and returns how to stop; `look` is called as often as a
 * comment is sent.
 */
export function eventStream(
  start: (sink: EventSink) => Promise<{ stop: () => void; look: () => void }>,
  { signal, pingMs = 15_000 }: Options,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    start: async (controller) => {
      let isOpen = true
      let started = { stop: () => {}, look: () => {} }
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text))
      }
      // The connection keeps the process alive, not the clock.
      const timer = setInterval(() => {
        write(': ping\n\n')
        started.look()
      }, pingMs).unref()
      stop = () => {
        isOpen = false
        clearInterval(timer)
        started.stop()
      }
      const end = () => {
        if (!isOpen) return
        stop()
        controller.close()
      }
      signal.addEventListener('abort', stop, { once: true })
      const send: EventSink['send'] = ({ kind, guildId }) =>
        write(`event: ${kind}\ndata: ${JSON.stringify({ guildId })}\n\n`)
      try {
        started = await start({ send, end })
      } catch (error) {
        stop()
        throw error
      }
      if (!isOpen || signal.aborted) return stop()
      // Only now: who has seen this misses nothing any more.
      write('retry: 2000\n: open\n\n')
    },
    cancel: () => stop(),
  })
}
