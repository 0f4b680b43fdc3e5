/** A file of an archive. `content` must bring exactly `size` bytes. */
export type TarEntry = { name: string; size: number; modified: Date; content: AsyncIterable<Uint8Array> | Uint8Array }

const BLOCK = 512

/**
 * The bytes of an archive in the ustar form (POSIX.1-1988), which every system unpacks; files above 8 GB use the base-256 sizes of GNU tar. Names are at most 100
 * characters of ASCII. Throws when a file is longer or shorter than it said, so that nobody takes half an archive for a whole one.
 */
export async function* tar(entries: AsyncIterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const { name, size, modified, content } of entries) {
    yield header(name, size, modified)
    let written = 0
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      written += chunk.length
      if (written <= size) yield chunk
    }
    if (written !== size) throw new RangeError(`${name} has ${written} bytes instead of ${size}`)
    if (size % BLOCK > 0) yield new Uint8Array(BLOCK - (size % BLOCK))
  }
  yield new Uint8Array(2 * BLOCK)
}

function header(name: string, size: number, modified: Date): Uint8Array {
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) throw new RangeError(`${name} cannot be the name of a file in an archive`)
  const block = Buffer.alloc(BLOCK)
  block.write(name, 0)
  block.write('0000644\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  writeSize(block, size)
  block.write(`${octal(Math.max(0, Math.floor(modified.getTime() / 1_000)), 11)}\0`, 136)
  block.write('        ', 148)
  block.write('0', 156)
  block.write('ustar\0', 257)
  block.write('00', 263)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 6)}\0 `, 148)
  return block
}

function writeSize(block: Buffer, size: number): void {
  if (size < 8 ** 11) {
    block.write(`${octal(size, 11)}\0`, 124)
    return
  }
  block.writeUInt8(0x80, 124)
  block.writeBigUInt64BE(BigInt(size), 128)
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
