import { AppError } from '../core/errors.ts'

/** One thing wrong with a settings file, a stored object or an edit. */
export type SettingsIssue = {
  /** Where, as keys from the top of the object. */
  path: readonly (string | number)[]
  value: unknown
  /** What is allowed there. */
  allowed: string
  /** The whole sentence: key, value, and what is allowed. */
  message: string
}

/** Settings that cannot be used: `invalid-input` with every issue, for a form to show beside its fields. */
export class SettingsError extends AppError {
  override name = 'SettingsError'
  readonly issues: readonly SettingsIssue[]

  constructor(headline: string, issues: readonly SettingsIssue[], options: { isPublic?: boolean } = {}) {
    const message = `${headline}\n${issues.map((issue) => `  ${issue.message}`).join('\n')}`
    super('invalid-input', message, options.isPublic ? { publicMessage: message } : {})
    this.issues = issues
  }
}

/** The keys as one would write them: `match.mime_allowlist[2]`. */
export function formatPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? key : `${text}.${key}`
  }, '')
}

/** The value as JSON, cut to a readable length. */
export function formatValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
