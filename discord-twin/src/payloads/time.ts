/** Discord's form of a time: microseconds and an explicit zone. */
export function timestamp(date: Date): string {
  return date.toISOString().replace('Z', '000+00:00')
}
