import type { ByteRange } from '@dcs/shared/storage'

/** What part of an object a request wants. */
export type WantedRange = { kind: 'whole' } | { kind: 'part'; range: ByteRange } | { kind: 'unsatisfiable' }

const WHOLE: WantedRange = { kind: 'whole' }
const UNSATISFIABLE: WantedRange = { kind: 'unsatisfiable' }

/**
 * Reads a Range header for an object of `size` bytes (RFC 9110, 14.2). What is not understood is ignored, as the standard asks; so are several
 * ranges at once, which no player sends.
 */
export function parseRange(header: string | null, size: number): WantedRange {
  const match = header === null ? null : /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header)
  if (!match) return WHOLE
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return WHOLE
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? UNSATISFIABLE : { kind: 'part', range: { start: size - length, end: size - 1 } }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return WHOLE
  return start >= size ? UNSATISFIABLE : { kind: 'part', range: { start, end } }
}

/** Whether If-Range allows a part: without the header, or when it names exactly these bytes. A date never does: we give none. */
export function allowsPart(ifRange: string | null, etag: string): boolean {
  return ifRange === null || ifRange.trim() === etag
}

/** Whether If-None-Match names these bytes. */
export function isUnchanged(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
}
