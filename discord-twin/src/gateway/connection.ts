import { constants, createDeflate, createZstdCompress, deflateSync, type Deflate, type ZstdCompress } from 'node:zlib'
import type { WebSocket } from 'ws'

/** Payloads from this size on are compressed one by one when a client asks for it in identify. */
const COMPRESS_FROM = 1024

type Outgoing = { text: string } | { code: number; reason: string }

/** A socket that sends JSON: plain, each payload compressed by itself, or all as one compressed stream. Everything leaves in order. */
export class Connection {
  readonly socket: WebSocket
  /** Set when identify asks for it. */
  compressPayloads = false
  /** Whether it is closed from here, not by the client. */
  isClosing = false
  readonly #stream: Deflate | ZstdCompress | null
  readonly #waiting: Outgoing[] = []
  #chunks: Buffer[] = []
  #isCompressing = false

  /** `compress` is the parameter of the address; unknown ways are passed over. */
  constructor(socket: WebSocket, compress: string | null) {
    this.socket = socket
    this.#stream = createStream(compress)
    this.#stream?.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
    socket.on('close', () => {
      this.#waiting.length = 0
      this.#stream?.destroy()
    })
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN
  }

  send(payload: unknown): void {
    this.sendText(JSON.stringify(payload))
  }

  sendText(text: string): void {
    if (this.isClosing) return
    this.#push({ text })
  }

  /** Closes once everything before has left. */
  close(code: number, reason: string): void {
    this.isClosing = true
    this.#push({ code, reason })
  }

  #push(outgoing: Outgoing): void {
    if (!this.isOpen) return
    this.#waiting.push(outgoing)
    this.#sendNext()
  }

  #sendNext(): void {
    if (this.#isCompressing || !this.isOpen) return
    const next = this.#waiting.shift()
    if (!next) return
    if ('code' in next) {
      this.#waiting.length = 0
      return this.socket.close(next.code, next.reason)
    }
    if (this.#stream) return this.#compress(this.#stream, next.text)
    const isLarge = this.compressPayloads && next.text.length >= COMPRESS_FROM
    this.socket.send(isLarge ? deflateSync(next.text) : next.text)
    this.#sendNext()
  }

  /** One payload at a time, each flushed, so that every WebSocket message holds exactly one. */
  #compress(stream: Deflate | ZstdCompress, text: string): void {
    this.#isCompressing = true
    stream.write(text, () => {
      this.#isCompressing = false
      // What the stream has not handed out yet goes to `data` too.
      while (stream.read() !== null);
      const whole = Buffer.concat(this.#chunks)
      this.#chunks = []
      if (this.isOpen) this.socket.send(whole)
      this.#sendNext()
    })
  }
}

function createStream(compress: string | null): Deflate | ZstdCompress | null {
  if (compress === 'zlib-stream') return createDeflate({ flush: constants.Z_SYNC_FLUSH })
  return compress === 'zstd-stream' ? createZstdCompress({ flush: constants.ZSTD_e_flush }) : null
}
