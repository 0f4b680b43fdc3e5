import { RE2JS } from 're2js'

/** A regular expression that takes linear time on any text. */
export type TextPattern = {
  source: string
  /** Whether it is found anywhere in the text. */
  test: (text: string) => boolean
}

const COMPILED_MAX = 500
const compiled = new Map<string, TextPattern>()

/** Compiles a regular expression in RE2's syntax (https://github.com/google/re2/wiki/Syntax). Throws when it has something RE2 does not know. */
export function compilePattern(source: string): TextPattern {
  const known = compiled.get(source)
  if (known) return known
  const expression = RE2JS.compile(source)
  const pattern: TextPattern = { source, test: (text) => expression.matcher(text).find() }
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  compiled.set(source, pattern)
  return pattern
}

/** Whether `compilePattern` takes it: look-ahead, look-behind and back-references are what RE2 leaves out of JavaScript's syntax. */
export function isPattern(source: string): boolean {
  try {
    return Boolean(compilePattern(source))
  } catch {
    // Throwing is how the library says no.
    return false
  }
}
