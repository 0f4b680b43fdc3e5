/** A thing that is not in the world. The control API answers 404 for it. */
export class UnknownThing extends Error {}

/** What was looked up, or an error that names it. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new UnknownThing(`There is no ${what}.`)
  return value
}
