import { GatewayCloseCodes as Codes, GatewayDispatchEvents as Events, GatewayOpcodes } from 'discord-api-types/v10'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { accountPayload } from '../payloads/accounts.ts'
import type { Connection } from './connection.ts'
import { guildCreateDispatch } from './dispatches/guilds.ts'
import { ALL_INTENTS, allowedIntents } from './intents.ts'
import { Session, type SessionWishes } from './session.ts'
import type { Sessions } from './sessions.ts'
import type { GatewaySettings } from './settings.ts'

const zIdentify = z.object({
  token: z.string(),
  properties: z.record(z.string(), z.unknown()),
  intents: z.number(),
  shard: z.tuple([z.int(), z.int()]).nullish(),
  compress: z.boolean().nullish(),
  large_threshold: z.int().min(50).max(250).nullish(),
})
const zResume = z.object({
  token: z.string(),
  session_id: z.string(),
  seq: z.int().min(0).nullable(),
})

/** Why a connection ends. */
export type Refusal = { code: Codes; reason: string }
/** What became of an identify or a resume: a session, the end of the connection, or another try. */
export type Outcome = Session | Refusal | 'invalid session'

/** What identifying and resuming work with. */
export type Desk = {
  context: TwinContext
  sessions: Sessions
  settings: GatewaySettings
  /** Ends all sessions because their token is not valid any more. */
  endAll: (refusal: Refusal) => void
}

const REFUSED = {
  decode: { code: Codes.DecodeError, reason: 'Error while decoding payload.' },
  token: { code: Codes.AuthenticationFailed, reason: 'Authentication failed.' },
  sequence: { code: Codes.InvalidSeq, reason: 'Invalid seq.' },
  shard: { code: Codes.InvalidShard, reason: 'Invalid shard.' },
  sharding: { code: Codes.ShardingRequired, reason: 'Sharding required.' },
  intents: { code: Codes.InvalidIntents, reason: 'Invalid intent(s).' },
  disallowed: { code: Codes.DisallowedIntents, reason: 'Disallowed intent(s).' },
  elsewhere: { code: Codes.UnknownError, reason: 'The session was resumed elsewhere.' },
} as const satisfies Record<string, Refusal>

/** Starts a session with READY and its guilds, or says why not. */
export function identify(desk: Desk, connection: Connection, data: unknown): Outcome {
  const { context, sessions, settings } = desk
  const parsed = zIdentify.safeParse(data)
  if (!parsed.success) {
    const isIntents = parsed.error.issues.every(({ path }) => path[0] === 'intents')
    return isIntents ? REFUSED.intents : REFUSED.decode
  }
  const { token, intents, shard, compress, large_threshold: largeThreshold } = parsed.data
  if (!isValid(context, token)) return REFUSED.token
  if (shard && (shard[0] < 0 || shard[1] < 1 || shard[0] >= shard[1])) return REFUSED.shard
  if (!Number.isInteger(intents) || intents < 0 || intents > ALL_INTENTS || intents & ~ALL_INTENTS)
    return REFUSED.intents
  if (intents & ~allowedIntents(settings.privilegedIntents, context.application.messageContent))
    return REFUSED.disallowed
  const start = context.identifyLimits.take(shard?.[0] ?? 0)
  if (start === 'used up') {
    context.application.botToken = `${context.application.botToken}-reset`
    desk.endAll(REFUSED.token)
    return REFUSED.token
  }
  if (start === 'too soon') return 'invalid session'
  const wishes: SessionWishes = {
    intents,
    shard: shard ?? [0, 1],
    largeThreshold: largeThreshold ?? 50,
  }
  const session = new Session(wishes, connection, context)
  const guilds = [...context.world.botGuilds]
    .filter((id) => session.owns(id))
    .map((id) => context.world.requireGuild(id))
  if (guilds.length > settings.maxGuildsPerShard) return REFUSED.sharding
  connection.compressPayloads = compress ?? false
  sessions.add(session)
  session.dispatch(Events.Ready, {
    ...ready(desk, session),
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    ...(shard ? { shard } : {}),
  })
  for (const guild of guilds) sessions.deliver(session, guildCreateDispatch(context, guild))
  return session
}

/** Goes on with a session: everything after the client's sequence, then RESUMED. */
export function resume({ context, sessions }: Desk, connection: Connection, data: unknown): Outcome {
  const parsed = zResume.safeParse(data)
  if (!parsed.success) return REFUSED.decode
  const { token, session_id: id, seq } = parsed.data
  if (!isValid(context, token)) return REFUSED.token
  const session = sessions.find(id)
  const sequence = seq ?? 0
  if (!session) return 'invalid session'
  if (context.faults.onResume(id) === 'refuse') {
    sessions.end(session)
    return 'invalid session'
  }
  if (sequence > session.sequence) {
    sessions.end(session)
    return REFUSED.sequence
  }
  if (!session.canReplayFrom(sequence)) return 'invalid session'
  const old = session.connection
  session.connection = connection
  old?.close(REFUSED.elsewhere.code, REFUSED.elsewhere.reason)
  session.replayFrom(sequence)
  session.dispatch(Events.Resumed, { _trace: TRACE })
  return session
}

/** Says that a session cannot be gone on with and that the client must identify. */
export const INVALID_SESSION = { op: GatewayOpcodes.InvalidSession, d: false }

const TRACE = ['["discord-twin",{"micros":0.0}]']

function ready({ context, settings }: Desk, session: Session) {
  const { world, application, url } = context
  return {
    v: 10,
    user: { ...accountPayload(world, world.botId), verified: true, mfa_enabled: true, email: null },
    session_id: session.id,
    resume_gateway_url: `${url().replace(/^http/, 'ws')}/gateway`,
    session_type: 'normal',
    application: {
      id: application.id,
      flags: applicationFlags(settings, application.messageContent),
    },
    private_channels: [],
    relationships: [],
    presences: [],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    user_settings: {},
    user_settings_proto: '',
    auth: {},
    _trace: TRACE,
  }
}

/** The flags for privileged intents of an application that needs no review. */
function applicationFlags({ privilegedIntents }: GatewaySettings, messageContent: boolean): number {
  return (
    (privilegedIntents.includes('GUILD_PRESENCES') ? 1 << 13 : 0) |
    (privilegedIntents.includes('GUILD_MEMBERS') ? 1 << 15 : 0) |
    (messageContent ? 1 << 19 : 0)
  )
}

/** Some clients send the token as they send it over REST. */
function isValid({ application, faults }: TwinContext, token: string): boolean {
  return token.replace(/^Bot /, '') === application.botToken && faults.acceptsToken()
}
