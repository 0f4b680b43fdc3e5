import { AppError } from '@dcs/shared/core'

/** Reads a body as text and stops when it is larger than `maxBytes`, whatever it said of its length. Throws `too-large`. */
export async function readBody(request: Request, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes)
      throw new AppError('too-large', `a body of more than ${maxBytes} bytes`, {
        publicMessage: `body: is larger than ${Math.floor(maxBytes / 1024)} KiB`,
      })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
