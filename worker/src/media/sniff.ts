const elsewhere: readonly (readonly [name: string, matches: (bytes: Buffer) => boolean])[] = [
  ['an AVI video', (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'AVI '],
  ['a Flash video', (bytes) => ascii(bytes, 0, 3) === 'FLV'],
  ['a Windows Media video', (bytes) => bytes.subarray(0, 4).toString('hex') === '3026b275'],
  ['an Ogg video', (bytes) => ascii(bytes, 0, 4) === 'OggS'],
  ['an MPEG video', (bytes) => ['000001ba', '000001b3'].includes(bytes.subarray(0, 4).toString('hex'))],
  ['an MPEG transport stream', (bytes) => bytes[0] === 0x47 && bytes[188] === 0x47 && bytes[376] === 0x47],
]

const others: readonly (readonly [name: string, matches: (bytes: Buffer) => boolean])[] = [
  ['a picture', isPicture],
  ['an archive', (bytes) => ['504b0304', '52617221', '377abcaf'].includes(bytes.subarray(0, 4).toString('hex'))],
  ['a document', (bytes) => ascii(bytes, 0, 5) === '%PDF-'],
  ['a program', (bytes) => ascii(bytes, 0, 2) === 'MZ' || ascii(bytes, 1, 4) === 'ELF'],
  [
    'a playlist, not the video itself',
    (bytes) => ascii(bytes, 0, 7) === '#EXTM3U' || ascii(bytes, 0, 8) === 'ffconcat',
  ],
  ['a web page', (bytes) => /^\s*<(!doctype html|html)/i.test(bytes.toString('latin1'))],
  ['text', isText],
]

/** The beginning of a file, as much as `describeBytes` looks at. */
export const SNIFF_BYTES = 512

/** Says what a file is that none of our containers matched. `isVideo`: a video, but of a container we do not read. */
export function describeBytes(bytes: Buffer): { name: string | null; isVideo: boolean } {
  const video = elsewhere.find(([, matches]) => matches(bytes))
  if (video) return { name: video[0], isVideo: true }
  return { name: others.find(([, matches]) => matches(bytes))?.[0] ?? null, isVideo: false }
}

function isPicture(bytes: Buffer): boolean {
  return (
    ascii(bytes, 1, 4) === 'PNG' ||
    ascii(bytes, 0, 4) === 'GIF8' ||
    bytes.subarray(0, 3).toString('hex') === 'ffd8ff' ||
    (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP')
  )
}

/** A character cut off at the end of `bytes` is still text. */
function isText(bytes: Buffer): boolean {
  const text = new TextDecoder().decode(bytes, { stream: true })
  // oxlint-disable-next-line no-control-regex -- control characters are what tells data from text
  return !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)
}

function ascii(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end)
}
