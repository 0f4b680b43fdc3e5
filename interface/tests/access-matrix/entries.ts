import { all, managers, members, readers, readingManagers, signedIn, type Expectation } from './expectations.ts'
import { GUILD, NOTHING, posterHash, secretHash } from './world.ts'

/** What is asked for: something secret, or the same of something that is not there. */
export type Target = { clip: string; channel: string }

/** One way to ask a route. */
export type Ask = {
  path: string
  json?: unknown
  headers?: Record<string, string>
  /** The status instead of 200, for those who may. */
  ok?: number
}

/** What the matrix knows of a route. */
export type Entry = {
  /** How to ask about a target; several ways are all asked. */
  asks: (target: Target) => readonly Ask[]
  expect: Expectation
  /** Whether those who get it see something that stands only in the secret channel. */
  shows?: boolean
  /** Whether each of those who may change it needs a new clip. */
  takesClip?: boolean
  /** What the owner does before each of them asks, and after. */
  before?: Ask & { method: string }
  after?: Ask & { method: string }
}

const one = (path: string, json?: unknown): [Ask] => [{ path, ...(json === undefined ? {} : { json }) }]

/** Ways to ask for bytes that could tell more than a plain request: parts, what a cache knows, another name for the same. */
const bytes = (path: string, hash: string): Ask[] => [
  { path },
  { path, headers: { range: 'bytes=0-9' }, ok: 206 },
  { path, headers: { range: 'bytes=999999999-' }, ok: 416 },
  { path, headers: { 'if-none-match': `"${hash}"` }, ok: 304 },
  { path, headers: { 'if-none-match': '*' }, ok: 304 },
  { path, headers: { 'if-range': `"${hash}"`, range: 'bytes=0-0' }, ok: 206 },
]
const unblock = one(`/api/guilds/${GUILD}/blocked-authors`, { authorId: NOTHING })[0]
const claim = one(`/api/guilds/${GUILD}/claim`)[0]
const purge = one(`/api/guilds/${GUILD}/purge`, { confirm: 'The Night Squad' })[0]
const video = ({ clip }: Target) => bytes(`/api/clips/${clip}/video`, secretHash())
const poster = ({ clip }: Target) => bytes(`/api/clips/${clip}/poster`, posterHash(clip))

/** Every route of the API. Whoever adds a route adds what it answers to whom. */
export const API: Readonly<Record<string, Entry>> = {
  'GET /api/auth/[...all]': { asks: () => one('/api/auth/get-session'), expect: all(200) },
  'POST /api/auth/[...all]': { asks: () => one('/api/auth/nothing-of-this-name', {}), expect: all(404) },
  'GET /api/health': { asks: () => one('/api/health'), expect: all(503) },
  'GET /api/guilds': { asks: () => one('/api/guilds'), expect: signedIn() },
  'GET /api/events': { asks: () => one('/api/events'), expect: signedIn() },

  'GET /api/clips': {
    asks: () => [...one('/api/clips?limit=100'), ...one('/api/clips?limit=1')],
    expect: signedIn(),
    shows: true,
  },
  'GET /api/clips/[id]': { asks: ({ clip }) => one(`/api/clips/${clip}`), expect: readers(), shows: true },
  'PATCH /api/clips/[id]': {
    asks: ({ clip }) => one(`/api/clips/${clip}`, { tags: ['funny'] }),
    // The role that may tag may do this; other members may not.
    expect: readers(200, { member: 403 }),
    takesClip: true,
    shows: true,
  },
  'DELETE /api/clips/[id]': {
    asks: ({ clip }) => one(`/api/clips/${clip}`),
    expect: readers(200, { member: 403, tagger: 403 }),
    takesClip: true,
  },
  'GET /api/clips/[id]/video': {
    asks: (target) => [...video(target), { path: `/api/clips/${target.clip}/video?download=1` }],
    expect: readers(),
  },
  'HEAD /api/clips/[id]/video': { asks: video, expect: readers() },
  'GET /api/clips/[id]/poster': { asks: poster, expect: readers() },
  'HEAD /api/clips/[id]/poster': { asks: poster, expect: readers() },

  'GET /api/guilds/[id]/scans': { asks: () => one(`/api/guilds/${GUILD}/scans`), expect: members(), shows: true },
  'POST /api/guilds/[id]/scans': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/scans`, { channelIds: [channel], switchOn: true }),
    expect: readingManagers(202, { outsider: 403, blindManager: 404 }),
  },
  'PATCH /api/guilds/[id]/scans': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/scans`, { action: 'pause', channelIds: [channel] }),
    expect: readingManagers(200, { outsider: 403, blindManager: 404 }),
  },
  'DELETE /api/guilds/[id]/scans': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/scans`, { channelIds: [channel] }),
    expect: readingManagers(200, { outsider: 403, blindManager: 404 }),
  },
  'PATCH /api/guilds/[id]/channels': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/channels`, { channelIds: [channel], isReading: true }),
    expect: readingManagers(200, { outsider: 403, blindManager: 404 }),
  },
  'GET /api/guilds/[id]/channels/[channel]/threads': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/channels/${channel}/threads`),
    expect: readers(),
    shows: true,
  },
  'GET /api/guilds/[id]/channels/[channel]/runs': {
    asks: ({ channel }) => one(`/api/guilds/${GUILD}/channels/${channel}/runs`),
    expect: readingManagers(200, { outsider: 403 }),
  },
  'GET /api/guilds/[id]/problems': {
    asks: () => one(`/api/guilds/${GUILD}/problems`),
    expect: managers(),
    shows: true,
  },
  'POST /api/guilds/[id]/problems': { asks: () => one(`/api/guilds/${GUILD}/problems`, {}), expect: managers(202) },
  'GET /api/guilds/[id]/scan-settings': { asks: () => one(`/api/guilds/${GUILD}/scan-settings`), expect: managers() },
  'PATCH /api/guilds/[id]/scan-settings': {
    asks: () => one(`/api/guilds/${GUILD}/scan-settings`, { deletion_grace_days: 7 }),
    expect: managers(),
  },

  'GET /api/guilds/[id]/access': { asks: () => one(`/api/guilds/${GUILD}/access`), expect: managers() },
  'PATCH /api/guilds/[id]/access': {
    asks: () => one(`/api/guilds/${GUILD}/access`, { keep_message_text: true }),
    expect: managers(),
  },
  'GET /api/guilds/[id]/audit': { asks: () => one(`/api/guilds/${GUILD}/audit`), expect: managers() },
  'POST /api/guilds/[id]/blocked-authors': {
    asks: () => [unblock],
    expect: managers(201),
    after: { method: 'DELETE', ...unblock },
  },
  'DELETE /api/guilds/[id]/blocked-authors': {
    asks: () => [unblock],
    expect: managers(),
    before: { method: 'POST', ...unblock },
  },
  'GET /api/guilds/[id]/purge': { asks: () => one(`/api/guilds/${GUILD}/purge`), expect: managers() },
  'POST /api/guilds/[id]/purge': {
    asks: () => [purge],
    // Where somebody has claimed the server, only they.
    expect: managers(403, { owner: 202 }),
    before: { method: 'POST', ...claim },
    after: { method: 'DELETE', ...purge },
  },
  'DELETE /api/guilds/[id]/purge': {
    asks: () => [purge],
    expect: managers(),
    before: { method: 'POST', ...purge },
  },

  'PATCH /api/me/preferences': {
    asks: () => one('/api/me/preferences', { showsAgeRestricted: false }),
    expect: signedIn(),
  },
  'GET /api/me/privacy': { asks: () => one('/api/me/privacy'), expect: signedIn() },
  'PATCH /api/me/privacy': { asks: () => one('/api/me/privacy', { optedOut: false }), expect: signedIn() },
  'GET /api/me/tokens': { asks: () => one('/api/me/tokens'), expect: signedIn() },
  'POST /api/me/tokens': {
    asks: () => one('/api/me/tokens', { name: '', scopes: [], days: 0 }),
    expect: signedIn(400),
  },
  'DELETE /api/me/tokens/[token]': {
    asks: () => one('/api/me/tokens/00000000-0000-4000-8000-000000000000'),
    expect: signedIn(404),
  },
  'GET /api/me/sessions': { asks: () => one('/api/me/sessions'), expect: signedIn() },
  'DELETE /api/me/sessions': {
    asks: () => [{ ...one('/api/me/sessions')[0], headers: { origin: 'https://elsewhere.invalid' } }],
    expect: all(403),
  },
  'DELETE /api/me/sessions/[session]': { asks: () => one('/api/me/sessions/nothing'), expect: signedIn(404) },
  'GET /api/servers': { asks: () => one('/api/servers'), expect: signedIn() },
  'POST /api/install': { asks: () => one('/api/install', { guildId: 'no' }), expect: signedIn(400) },
  'GET /api/install/callback': { asks: () => one('/api/install/callback?state=no'), expect: all(303) },
  'GET /api/guilds/[id]/server': { asks: () => one(`/api/guilds/${GUILD}/server`), expect: managers() },
  'POST /api/guilds/[id]/claim': {
    asks: () => [claim],
    expect: managers(409),
    before: { method: 'POST', ...claim },
  },
  'POST /api/guilds/[id]/transfer': {
    asks: () => one(`/api/guilds/${GUILD}/transfer`, { userId: NOTHING }),
    expect: managers(403, { owner: 409 }),
    before: { method: 'POST', ...claim },
  },
  'DELETE /api/guilds/[id]/claim': {
    asks: () => [claim],
    expect: members(403, { owner: 200 }),
    before: { method: 'POST', ...claim },
  },
  'GET /api/me/export': { asks: () => one('/api/me/export'), expect: signedIn() },
  'POST /api/me/erasures': { asks: () => one('/api/me/erasures', { confirm: 'no' }), expect: signedIn(400) },
  'GET /api/me/erasures/[erasure]/receipt': {
    asks: () => one('/api/me/erasures/00000000-0000-4000-8000-000000000000/receipt'),
    expect: signedIn(404),
  },
}

/** Every page: who finds something of the secret channel on it. Nobody else may find any. */
export const PAGES: Readonly<Record<string, { path: (target: Target) => string; shownTo: readonly string[] }>> = {
  '/': { path: () => `/?guild=${GUILD}`, shownTo: ['member', 'author', 'tagger', 'manager', 'owner'] },
  '/clips/[id]': {
    path: ({ clip }) => `/clips/${clip}`,
    shownTo: ['member', 'author', 'tagger', 'manager', 'owner'],
  },
  '/guilds/[id]/scans': {
    path: () => `/guilds/${GUILD}/scans`,
    shownTo: ['member', 'author', 'tagger', 'manager', 'owner'],
  },
  '/guilds/[id]/scans/problems': { path: () => `/guilds/${GUILD}/scans/problems`, shownTo: ['manager', 'owner'] },
  '/guilds/[id]/scans/settings': { path: () => `/guilds/${GUILD}/scans/settings`, shownTo: [] },
  '/guilds/[id]/access': { path: () => `/guilds/${GUILD}/access`, shownTo: [] },
  '/guilds/[id]/audit': { path: () => `/guilds/${GUILD}/audit`, shownTo: [] },
  '/guilds/[id]/danger': { path: () => `/guilds/${GUILD}/danger`, shownTo: [] },
  '/guilds/[id]/server': { path: () => `/guilds/${GUILD}/server`, shownTo: [] },
  '/servers': { path: () => '/servers', shownTo: [] },
  '/account': { path: () => '/account', shownTo: [] },
  '/account/tokens': { path: () => '/account/tokens', shownTo: [] },
  '/account/privacy': { path: () => '/account/privacy', shownTo: [] },
  '/privacy': { path: () => '/privacy', shownTo: [] },
  '/sign-in-failed': { path: () => '/sign-in-failed', shownTo: [] },
}

/** What is not there. */
export const NO_TARGET: Target = { clip: NOTHING, channel: NOTHING }
