/**
 * A value as one JSON parameter of a statement. Postgres refuses two things that text from Discord may hold, NUL characters and halves of surrogate
 * pairs: the first are left out, the second become U+FFFD.
 */
export function toJsonParameter(value: unknown): string {
  const json = JSON.stringify(value)
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '') : part,
  )
}
