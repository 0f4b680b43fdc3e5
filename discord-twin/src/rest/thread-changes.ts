import { ChannelFlags, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { changeThread } from '../world/threads.ts'
import type { Channel } from '../world/types.ts'
import { zArchiveMinutes, zSlowmode } from './channel-forms.ts'
import { invalidForm, missingPermissions, threadArchived } from './errors.ts'
import { parseForm } from './form.ts'
import { zSnowflake } from './shapes.ts'

const zChanges = z.object({
  name: z.string().min(1).max(100).nullish(),
  archived: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  invitable: z.boolean().nullish(),
  auto_archive_duration: zArchiveMinutes.nullish(),
  rate_limit_per_user: zSlowmode.nullish(),
  flags: z.int().min(0).nullish(),
  applied_tags: z.array(zSnowflake).max(5).nullish(),
})

/**
 * Changes a thread as a request says. Whoever may manage threads changes everything, whoever started it most; an archived one can only be opened
 * again, which everybody may who can write in it while it is not locked (https://docs.discord.com/developers/resources/channel#modify-channel).
 */
export function changeThreadByForm(context: TwinContext, channel: Channel, form: unknown): Channel {
  const { world } = context
  const body = parseForm(zChanges, form)
  const { thread } = channel
  if (!thread) throw new RangeError(`${channel.id} is no thread`)
  const permissions = world.permissionsIn(channel, world.botId)
  const isModerator = Boolean(permissions & Bits.ManageThreads)
  const isOwner = thread.ownerId === world.botId
  const opens = thread.archived && body.archived === false
  const named = Object.entries(body).filter(([, value]) => value !== undefined && value !== null)
  if (thread.archived && !opens && named.length > 0) throw threadArchived()
  if (!isModerator) {
    if (thread.archived && (thread.locked || !(permissions & Bits.SendMessagesInThreads))) throw missingPermissions()
    const isAllowed = (field: string) =>
      (field === 'archived' && (opens || isOwner)) ||
      (isOwner && ['name', 'auto_archive_duration', 'invitable', 'applied_tags'].includes(field))
    if (!named.every(([field]) => isAllowed(field))) throw missingPermissions()
  }
  const flags = typeof body.flags === 'number' ? body.flags & ChannelFlags.Pinned : undefined
  const appliedTags = body.applied_tags ? requireTags(context, channel.parentId, body.applied_tags) : undefined
  return changeThread(world, channel, {
    ...(body.name ? { name: body.name } : {}),
    ...(typeof body.archived === 'boolean' ? { archived: body.archived } : {}),
    ...(typeof body.locked === 'boolean' ? { locked: body.locked } : {}),
    ...(typeof body.invitable === 'boolean' ? { invitable: body.invitable } : {}),
    ...(body.auto_archive_duration ? { autoArchiveMinutes: body.auto_archive_duration } : {}),
    ...(typeof body.rate_limit_per_user === 'number' ? { rateLimitPerUser: body.rate_limit_per_user } : {}),
    ...(flags === undefined ? {} : { flags }),
    ...(appliedTags ? { appliedTags } : {}),
  })
}

/** Tags that the forum has, and that the bot may give. Throws Discord's form error, or 403. */
export function requireTags({ world }: TwinContext, forumId: string | null, tagIds: readonly string[]): string[] {
  const forum = world.channels.get(forumId ?? '')
  if (!forum) return []
  if (tagIds.length === 0 && (forum.settings?.flags ?? 0) & ChannelFlags.RequireTag)
    throw invalidForm('applied_tags', 'BASE_TYPE_REQUIRED', 'A tag is required to create a forum post in this channel')
  const isModerator = Boolean(world.permissionsIn(forum, world.botId) & Bits.ManageThreads)
  for (const id of tagIds) {
    const tag = forum.forum?.tags.find((known) => known.id === id)
    if (!tag) throw invalidForm('applied_tags', 'INVALID_TAG', `Unknown tag ${id}`)
    if (tag.moderated && !isModerator) throw missingPermissions()
  }
  return [...new Set(tagIds)]
}
