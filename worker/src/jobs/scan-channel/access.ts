import { PermanentFailure } from '@dcs/shared/core'
import { fetchMemberRoles, toDiscordFailure } from '@dcs/shared/discord'
import {
  channelTypeName,
  isThread,
  missingForReading,
  type ChannelFacts,
  type GuildFacts,
  type MemberFacts,
} from '@dcs/shared/domain'
import {
  OverwriteType,
  Routes,
  type APIGuild,
  type APIGuildChannel,
  type APIThreadChannel,
} from 'discord-api-types/v10'
import type { WorkerContext } from '../../context.ts'

/** Why the past of a channel cannot be read: what is stored as its state, with a sentence that says what to do. */
export class ScanObstacle extends PermanentFailure {
  override name = 'ScanObstacle'
  readonly failureCode: 'no_permission' | 'hidden' | 'gone'

  constructor(failureCode: ScanObstacle['failureCode'], sentence: string, cause?: unknown) {
    super(failureCode === 'gone' ? 'not-found' : 'forbidden', sentence, { cause })
    this.failureCode = failureCode
  }
}

/**
 * Asks Discord whether the bot may read the past of a channel, and throws a `ScanObstacle` that names what is missing. Needed because Discord answers
 * an empty list, not an error, when Read Message History is missing: nothing found must never be taken for nothing there.
 */
export async function requireReadable(
  context: WorkerContext,
  target: { guildId: string; channelId: string; name: string },
): Promise<void> {
  const channel = await fetchChannel(context, target.channelId, target.name)
  const place = isThread(channel.type) ? await fetchChannel(context, channel.parentId ?? '', target.name) : channel
  const guild = await fetchGuild(context, target.guildId)
  const member = await fetchBot(context, target.guildId)
  const missing = missingForReading(guild, member, place)
  if (missing.length === 0) return
  throw new ScanObstacle(
    'no_permission',
    `The bot lacks the permission ${missing.join(' and ')} in #${target.name}. Grant it in Discord, then scan again.`,
  )
}

async function fetchChannel(context: WorkerContext, channelId: string, name: string): Promise<ChannelFacts> {
  const channel = await ask(
    () => context.rest.get(Routes.channel(channelId)) as Promise<APIGuildChannel | APIThreadChannel>,
    {
      forbidden: (cause) =>
        new ScanObstacle(
          'hidden',
          `The bot lacks the permission View Channel in #${name}. Grant it in Discord, then scan again.`,
          cause,
        ),
      'not-found': (cause) =>
        new ScanObstacle('gone', `#${name} is not there in Discord any more. What was kept of it stays.`, cause),
    },
  )
  return {
    channelId: channel.id,
    type: channelTypeName(channel.type),
    parentId: channel.parent_id ?? null,
    permissionOverwrites: ('permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : []).map(
      ({ id, type, allow, deny }) => ({ id, type: type === OverwriteType.Role ? 'role' : 'member', allow, deny }),
    ),
  }
}

async function fetchGuild(context: WorkerContext, guildId: string): Promise<GuildFacts> {
  const guild = await ask(() => context.rest.get(Routes.guild(guildId)) as Promise<APIGuild>, {
    forbidden: botIsNotIn,
    'not-found': botIsNotIn,
  })
  return {
    guildId: guild.id,
    ownerId: guild.owner_id,
    roles: guild.roles.map(({ id, permissions }) => ({ roleId: id, permissions })),
  }
}

async function fetchBot(context: WorkerContext, guildId: string): Promise<MemberFacts> {
  const userId = await context.botUserId()
  const roleIds = await fetchMemberRoles(context.rest, guildId, userId)
  if (roleIds) return { userId, roleIds }
  throw botIsNotIn()
}

function botIsNotIn(cause?: unknown): PermanentFailure {
  return new PermanentFailure(
    'forbidden',
    'The bot is not a member of this server any more. Invite it again, then scan again.',
    { cause },
  )
}

async function ask<T>(
  request: () => Promise<T>,
  failures: Record<'forbidden' | 'not-found', (cause: unknown) => PermanentFailure>,
): Promise<T> {
  try {
    return await request()
  } catch (error) {
    const failure = toDiscordFailure(error, 'checking what the bot may read')
    throw failure.code === 'forbidden' || failure.code === 'not-found' ? failures[failure.code](failure) : failure
  }
}
