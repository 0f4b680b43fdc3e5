import { describe, expect, it } from 'vitest'
import { compilePattern, isPattern } from './patterns.ts'

describe('a pattern', () => {
  it('is found anywhere in a text, upper and lower case being different', () => {
    expect(compilePattern('ace').test('an ace!')).toBe(true)
    expect(compilePattern('ace').test('an ACE!')).toBe(false)
    expect(compilePattern('(?i)ace').test('an ACE!')).toBe(true)
    expect(compilePattern('^ace$').test('an ace!')).toBe(false)
    expect(compilePattern('\\bpentakill\\b|🏆').test('so 🏆')).toBe(true)
  })

  it.each(['(?=x)', '(?<!x)y', '(a)\\1', '[', '(', 'a{2000}'])('cannot be %s', (source) => {
    expect(isPattern(source)).toBe(false)
    expect(() => compilePattern(source)).toThrow(Error)
  })

  // A backtracking engine would need longer than the universe has.
  it('takes linear time on the text that is worst for it', () => {
    const worst = `${'a'.repeat(4_000)}!`
    for (const source of ['(a+)+$', '(a|aa)+$', '(.*a){12}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])
      expect(compilePattern(source).test(worst)).toBe(false)
  })
})
