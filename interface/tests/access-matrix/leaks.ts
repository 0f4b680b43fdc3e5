import { GUILD, MARK, PEOPLE, SECRET, posterHash, secretHash, THREAD, type Actor } from './world.ts'

/** An answer as it went over the wire. */
export type Answer = { status: number; headers: Record<string, string>; body: string }

/** Asks and reads the whole answer; a stream of events is read until it is open. */
export async function read(url: string, init: RequestInit): Promise<Answer> {
  const giveUp = new AbortController()
  let response = await fetch(url, { redirect: 'manual', ...init, signal: giveUp.signal })
  const place = response.headers.get('location')
  // Next wants its own parameter with a request for the data of a page.
  if (place?.includes('_rsc'))
    response = await fetch(new URL(place, url), { redirect: 'manual', ...init, signal: giveUp.signal })
  const headers = Object.fromEntries(response.headers)
  const isStream = headers['content-type']?.startsWith('text/event-stream')
  const body = isStream ? await readOpening(response) : Buffer.from(await response.arrayBuffer()).toString('latin1')
  if (isStream) giveUp.abort()
  return { status: response.status, headers, body }
}

/** What of the secret channel stands in an answer. What the asker named in the address is theirs. */
export function leaksIn(answer: Answer, asked: string, actor: Actor, clips: readonly string[]): string[] {
  const secrets = [
    MARK,
    SECRET,
    THREAD,
    secretHash(),
    ...clips,
    ...clips.map(posterHash),
    ...clips.map((id) => `poster of ${id}`),
  ]
  if (actor === 'stranger' || actor === 'kicked' || actor === 'anonymous' || actor === 'token')
    secrets.push('The Night Squad', GUILD, ...(actor === 'token' ? [] : [PEOPLE.owner]))
  const text = `${JSON.stringify(answer.headers)}\n${answer.body}`
  return secrets.filter((secret) => !asked.includes(secret) && text.includes(secret))
}

/** An answer without what differs each time: times, nonces, ids of requests. */
export function comparable({ status, headers, body }: Answer, replaced: Readonly<Record<string, string>> = {}): Answer {
  const { date: _date, 'set-cookie': _cookie, ...kept } = headers
  const same = (text: string) =>
    Object.entries(replaced)
      .reduce((sum, [from, to]) => sum.replaceAll(from, to), text)
      .replace(/nonce-[A-Za-z0-9+/=]+/g, 'nonce')
      .replace(/nonce=\\?"[^"]*"/g, 'nonce')
      .replace(/\\?"nonce\\?":\\?"[^"]*"/g, 'nonce')
      .replace(/\\?"(at|now)\\?":\d{13}/g, 'at')
      .replace(/"budget":\{[^}]*\}/g, 'budget')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'time')
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(kept)
        .filter(([name]) => !name.startsWith('ratelimit'))
        .map(([name, value]) => [name, same(value)]),
    ),
    body: same(body),
  }
}

/**
 * What a page says: its texts, and the values in its data. A page comes in pieces whose order and bounds depend on what was ready first, so two of them are
 * compared by these. Names of files, and what only the framework says, are left out.
 */
export function sayings({ body }: Answer): Set<string> {
  const texts = body
    .replace(/<(script|style|template)\b[\s\S]*?<\/\1>/g, '<>')
    .split(/<[^>]*>/)
    .map((text) => text.trim())
  const values = body.match(/"(?:[^"\\]|\\.)*"(?::-?[\d.]+)?/g) ?? []
  const isOurs = (text: string) =>
    text !== '' &&
    text !== 'Loading' &&
    !/^"[A-Za-z0-9+/_-]{21,22}(==)?"$/.test(text) &&
    text.length < 2_000 &&
    !/^"?\$|_next|nonce|\d{13}|^"?[A-Z]:\d|T\d\d:\d\d:\d\d/.test(text)
  return new Set([...(body.startsWith('<!DOCTYPE') ? texts : values)].filter(isOurs))
}

async function readOpening(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.includes(': open')) break
  }
  return text
}
