import { constants, createDeflate, type Deflate } from 'node:zlib'
import type { WebSocket } from 'ws'

/** A socket that sends JSON, plain or as one zlib stream. */
export class Connection {
  readonly socket: WebSocket
  readonly #deflate: Deflate | null
  #chunks: Buffer[] = []

  constructor(socket: WebSocket, compress: boolean) {
    this.socket = socket
    this.#deflate = compress ? createDeflate({ flush: constants.Z_SYNC_FLUSH }) : null
    this.#deflate?.on('data', (chunk: Buffer) => this.#chunks.push(chunk))
  }

  send(payload: unknown): void {
    this.sendRaw(JSON.stringify(payload))
  }

  sendRaw(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return
    const deflate = this.#deflate
    if (!deflate) return this.socket.send(text)
    // Every message ends with a sync flush, so that the client can inflate it at once.
    deflate.write(text)
    deflate.flush(constants.Z_SYNC_FLUSH, () => {
      const whole = Buffer.concat(this.#chunks)
      this.#chunks = []
      if (whole.length > 0 && this.socket.readyState === this.socket.OPEN) this.socket.send(whole)
    })
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason)
  }
}
