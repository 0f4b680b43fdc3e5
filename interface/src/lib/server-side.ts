import type {
  ApiTokens,
  ClipDetail,
  ClipPage,
  GuildAccessForm,
  GuildAudit,
  GuildItem,
  GuildProblems,
  GuildPurge,
  GuildScans,
  GuildScanSettings,
  GuildServer,
  PersonPrivacy,
  PublicPrivacy,
  ServerList,
  Sessions,
} from './api-types.ts'

/** The parts of the path that a route names. */
export type RouteParams = Record<string, string | string[] | undefined>

/** Answers a request of the API. */
export type RouteHandler = (request: Request, params: RouteParams) => Promise<Response>

/** What a page has to show: its data, or why not. `problem` is in words for people. */
export type PageResult<T> =
  | { outcome: 'ok'; data: T }
  | { outcome: 'signed-out' | 'not-found' }
  | { outcome: 'problem'; problem: string }

/** What the bar on top of every page shows. */
export type ShellData = { name: string; image: string | null; firstGuildId: string | null }

/** The library at its top. `guild` is the one asked for, when the viewer is in it. */
export type LibraryData = {
  guilds: GuildItem[]
  guild: string | null
  page: ClipPage
  isIncomplete: boolean
  at: number
}

/** The scan page of one guild, and the guilds to switch to. */
export type ScansData = { guilds: GuildItem[]; scans: GuildScans; at: number }

/** The problems of one guild, and the guilds to switch to. */
export type ProblemsData = { guilds: GuildItem[]; problems: GuildProblems; at: number }

/** The scanning settings of one guild, and the guilds to switch to. */
export type ScanSettingsData = { guilds: GuildItem[]; form: GuildScanSettings }

/** Who may do what in a guild, and the guilds to switch to. */
export type GuildAccessData = { guilds: GuildItem[]; form: GuildAccessForm }

/** The changes by people in a guild, and the guilds to switch to. */
export type AuditData = { guilds: GuildItem[]; audit: GuildAudit; at: number }

/** Whether everything of a guild is to be erased, and the guilds to switch to. */
export type PurgeData = { guilds: GuildItem[]; purge: GuildPurge; at: number }

/** Somebody's account, and the browsers they are signed in with. */
export type AccountData = Sessions & { name: string; image: string | null; at: number; showsAgeRestricted: boolean }

/** Who claimed a guild and what the bot lacks there, and the guilds to switch to. */
export type GuildServerData = { guilds: GuildItem[]; server: GuildServer }

/**
 * All that pages and routes may ask of the server. It is made by src/main.ts before Next starts and runs as it is, outside of Next's bundles: opened
 * once per process, with the same modules as the other programs.
 */
export type ServerSide = {
  routes: Record<
    | 'apiTokens'
    | 'audit'
    | 'auth'
    | 'blockAuthor'
    | 'cancelPurge'
    | 'changeClip'
    | 'changeGuildAccess'
    | 'changePreferences'
    | 'changePrivacy'
    | 'changeScans'
    | 'changeScanSettings'
    | 'claimGuild'
    | 'clip'
    | 'clips'
    | 'createToken'
    | 'deleteClip'
    | 'endAllSessions'
    | 'endOneSession'
    | 'eraseMe'
    | 'events'
    | 'exportMe'
    | 'guildAccess'
    | 'guilds'
    | 'guildServer'
    | 'health'
    | 'installed'
    | 'myPrivacy'
    | 'poster'
    | 'problems'
    | 'purge'
    | 'receipt'
    | 'requestPurge'
    | 'retryProblems'
    | 'revokeToken'
    | 'scanRuns'
    | 'scans'
    | 'scanSettings'
    | 'servers'
    | 'sessions'
    | 'startInstall'
    | 'startScans'
    | 'stopScans'
    | 'switchReading'
    | 'threadScans'
    | 'transferGuild'
    | 'unblockAuthor'
    | 'unclaimGuild'
    | 'video',
    RouteHandler
  >
  pages: {
    shell: (headers: Headers) => Promise<PageResult<ShellData>>
    library: (headers: Headers, guild: string | undefined) => Promise<PageResult<LibraryData>>
    clip: (headers: Headers, clipId: string) => Promise<PageResult<ClipDetail>>
    scans: (headers: Headers, guildId: string) => Promise<PageResult<ScansData>>
    problems: (headers: Headers, guildId: string) => Promise<PageResult<ProblemsData>>
    scanSettings: (headers: Headers, guildId: string) => Promise<PageResult<ScanSettingsData>>
    guildAccess: (headers: Headers, guildId: string) => Promise<PageResult<GuildAccessData>>
    audit: (headers: Headers, guildId: string) => Promise<PageResult<AuditData>>
    privacy: (headers: Headers) => Promise<PageResult<PersonPrivacy & { at: number }>>
    purge: (headers: Headers, guildId: string) => Promise<PageResult<PurgeData>>
    account: (headers: Headers) => Promise<PageResult<AccountData>>
    tokens: (headers: Headers) => Promise<PageResult<ApiTokens & { at: number }>>
    servers: (headers: Headers) => Promise<PageResult<ServerList>>
    guildServer: (headers: Headers, guildId: string) => Promise<PageResult<GuildServerData>>
    /** For everybody, signed in or not. */
    publicPrivacy: () => Promise<PublicPrivacy>
    /** Whether people and servers are made up. */
    isDemo: () => boolean
  }
}

const key = Symbol.for('dcs.interface')
const place = globalThis as { [key]?: ServerSide }

/** Puts the server side where pages and routes find it. */
export function provideServerSide(made: ServerSide): void {
  place[key] = made
}

/** The server side of this process. */
export function serverSide(): ServerSide {
  const made = place[key]
  if (made) return made
  throw new Error('The interface is started with src/main.ts: there is no server side in this process.')
}

/** A handler for Next that hands the request over. */
export function routeTo(name: keyof ServerSide['routes']) {
  return async (request: Request, { params }: { params: Promise<RouteParams> }): Promise<Response> =>
    serverSide().routes[name](request, await params)
}
