import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { channelForBot, channelPayload } from '../payloads/channels.ts'
import type { Channel } from '../world/types.ts'
import { requireBot, requirePermission, requireVisibleChannel } from './caller.ts'
import { commonChanges, forumAfter, settingsAfter, zChannelChanges, type ChannelBody } from './channel-forms.ts'
import { invalidForm, missingAccess, wrongChannelType } from './errors.ts'
import { parseForm } from './form.ts'
import { overwriteRoutes, requireGrantable, requireKnownOverwrites, toOverwrite } from './overwrites.ts'
import { changeThreadByForm } from './thread-changes.ts'

type ById = { Params: { channel: string } }

const VOICE: readonly ChannelType[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice]
const TEXT: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement]
const WITHOUT_TYPING: readonly ChannelType[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]

/** One channel or thread: reading, changing and deleting it, its permission overwrites, and typing (https://docs.discord.com/developers/resources/channel). */
export function channelRoutes(app: FastifyInstance, context: TwinContext): void {
  const { world } = context
  overwriteRoutes(app, context)

  app.get<ById>('/channels/:channel', (request) => {
    requireBot(context, request)
    return channelForBot(context, requireVisibleChannel(context, request.params.channel).channel)
  })

  app.patch<ById>('/channels/:channel', (request) => {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, request.params.channel)
    const changed = channel.thread
      ? changeThreadByForm(context, channel, request.body)
      : change(channel, parseForm(zChannelChanges, request.body))
    return channelForBot(context, changed)
  })

  app.delete<ById>('/channels/:channel', (request) => {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, request.params.channel)
    requirePermission(context, channel, channel.thread ? Bits.ManageThreads : Bits.ManageChannels)
    const payload = channelPayload(channel)
    world.deleteChannel(channel.id)
    return payload
  })

  app.post<ById>('/channels/:channel/typing', (request, reply) => {
    requireBot(context, request)
    const { channel } = requireVisibleChannel(context, request.params.channel)
    if (WITHOUT_TYPING.includes(channel.type)) throw wrongChannelType()
    requirePermission(context, channel, channel.thread ? Bits.SendMessagesInThreads : Bits.SendMessages)
    world.emit({ kind: 'typing', channel, userId: world.botId })
    return reply.code(204).send()
  })

  function change(channel: Channel, body: ChannelBody): Channel {
    requirePermission(context, channel, Bits.ManageChannels)
    const permissions = world.permissionsIn(channel, world.botId)
    if (VOICE.includes(channel.type) && !(permissions & Bits.Connect)) throw missingAccess()
    const type = body.type ?? channel.type
    if (type !== channel.type && !TEXT.includes(channel.type))
      throw invalidForm('type', 'CHANNEL_TYPE_INVALID', 'Invalid channel type')
    const overwrites = body.permission_overwrites
    if (overwrites) {
      requirePermission(context, channel, Bits.ManageRoles)
      const guild = world.requireGuild(channel.guildId)
      requireKnownOverwrites(guild, overwrites)
      requireGrantable(context, guild, channel, overwrites)
    }
    return world.updateChannel(channel.id, {
      ...commonChanges(body),
      settings: settingsAfter(body, channel.settings),
      ...(channel.forum ? { forum: forumAfter(body, channel.forum, () => world.nextId()) } : {}),
      type,
      ...(typeof body.position === 'number' ? { position: body.position } : {}),
      ...(body.parent_id === undefined ? {} : { parentId: requireCategory(context, channel, body.parent_id) }),
      ...(overwrites ? { overwrites: overwrites.map(toOverwrite) } : {}),
    })
  }
}

/** A category of the same guild, or null. Throws Discord's form error. */
export function requireCategory(
  { world }: TwinContext,
  { guildId, type }: Pick<Channel, 'guildId' | 'type'>,
  parentId: string | null,
): string | null {
  if (parentId === null) return null
  const parent = world.channels.get(parentId)
  if (parent?.guildId !== guildId) throw invalidForm('parent_id', 'CHANNEL_PARENT_INVALID', 'Category does not exist')
  if (parent.type !== ChannelType.GuildCategory)
    throw invalidForm('parent_id', 'CHANNEL_PARENT_INVALID_TYPE', 'Not a category')
  if (type === ChannelType.GuildCategory)
    throw invalidForm('parent_id', 'CHANNEL_PARENT_CATEGORY', 'Categories cannot have subcategories')
  const children = world.channelsOf(guildId).filter((channel) => !channel.thread && channel.parentId === parentId)
  if (children.length >= 50)
    throw invalidForm('parent_id', 'CHANNEL_PARENT_MAX_CHANNELS', 'Maximum number of channels in category reached (50)')
  return parentId
}
