const HIDDEN = '[hidden]'
/** Shorter values stand in too many harmless places; where they stand as a secret, the patterns below find them. */
const MIN_LENGTH = 8
const NOT_SECRET = new Set(['postgres', 'password'])

const known = new Map<string, string>()

/** Makes these values, and the forms they take in JSON and in addresses, unreadable in everything that is logged from now on. */
export function hideInLogs(...values: (string | undefined)[]): void {
  for (const value of values) {
    if (value === undefined || value.length < MIN_LENGTH || NOT_SECRET.has(value)) continue
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), encodeURI(value)])
      known.set(form, HIDDEN)
  }
}

/** Keys whose values nobody may read, in JSON and in what Node prints of an object. */
const SECRET_KEY =
  '[\\w.-]{0,60}(?:token|secret|password|passwd|authorization|cookie|dsn|database_url|api[_-]?key|private[_-]?key|storage[_-]?key|session[_-]?id)'

const PATTERNS: readonly [RegExp, string][] = [
  // "set-cookie": ["…", "…"], and "cookie": "…"
  [new RegExp(`("${SECRET_KEY}"\\s*:\\s*)\\[[^\\]]*\\]`, 'gi'), `$1"${HIDDEN}"`],
  [new RegExp(`("${SECRET_KEY}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'), `$1"${HIDDEN}"`],
  // The same inside of a string, and as Node prints it.
  [new RegExp(`(\\\\"${SECRET_KEY}\\\\"\\s*:\\s*)\\\\".*?\\\\"`, 'gi'), `$1\\"${HIDDEN}\\"`],
  [new RegExp(`(\\b${SECRET_KEY}'?\\s*[:=]\\s*)'(?:[^'\\\\]|\\\\.)*'`, 'gi'), `$1'${HIDDEN}'`],
  // Header lines and environment lines.
  [/\b((?:set-)?cookie|(?:proxy-)?authorization)(: ?)(?!\[hidden\])[^\r\n"\\]+/gi, `$1$2${HIDDEN}`],
  [/\b([A-Z_]{0,60}(?:TOKEN|SECRET|PASSWORD|DSN|DATABASE_URL|STORAGE_KEY)=)[^\s"'\\]+/g, `$1${HIDDEN}`],
  [/\b(Bearer|Bot|Basic) [A-Za-z0-9._~+/=-]{12,}/g, `$1 ${HIDDEN}`],
  // user:password@host
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@"'\\]*:)[^\s/"'\\]+@/gi, `$1${HIDDEN}@`],
  // Signed addresses of attachments, and what OAuth2 puts into addresses (https://docs.discord.com/developers/reference#signed-attachment-cdn-urls).
  [
    /([?&](?:ex|is|hm|code|state|code_verifier|code_challenge|access_token|refresh_token|token|sig|signature|session)=)[^&\s"'\\<>)\]}]+/gi,
    `$1${HIDDEN}`,
  ],
  // Tokens of bots and of our own API (https://docs.discord.com/developers/reference#authentication).
  [/\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}/g, HIDDEN],
  [/\bdcs_[A-Za-z0-9_-]{16,}/g, HIDDEN],
  [/\b((?:__Secure-|__Host-)?better-auth\.[a-z_]+=)[^;\s"'\\]+/gi, `$1${HIDDEN}`],
]

/** A text without the secrets in it: the values given to `hideInLogs`, and whatever has the form of one. */
export function redact(text: string): string {
  let result = text
  for (const [value, instead] of known) if (result.includes(value)) result = result.replaceAll(value, instead)
  for (const [pattern, instead] of PATTERNS) result = result.replace(pattern, instead)
  return result
}

/** From now on what this process writes to its terminal or log is redacted too, whoever writes it: libraries print errors as they like. */
export function redactOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
    const redacting = (chunk: unknown, ...rest: unknown[]): boolean => write(redactChunk(chunk), ...rest)
    stream.write = redacting
  }
}

function redactChunk(chunk: unknown): unknown {
  if (typeof chunk === 'string') return redact(chunk)
  if (!(chunk instanceof Uint8Array)) return chunk
  const text = Buffer.from(chunk).toString('utf8')
  const clean = redact(text)
  return clean === text ? chunk : clean
}
