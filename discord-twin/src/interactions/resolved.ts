import type { ChannelType } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { rolePayload } from '../payloads/accounts.ts'
import { attachmentPayload } from '../payloads/attachments.ts'
import { userOf } from '../payloads/interactions.ts'
import type { Channel, Message } from '../world/types.ts'
import { plainMessage } from '../world/drafts.ts'
import { toUploads } from '../world/uploads.ts'
import { NotPossible } from './not-possible.ts'
import { fullMessagePayload, partialChannel, partialMember } from './payload.ts'

/** A file that a person hands to a command or a form. */
export type GivenFile = { name: string; bytes: Buffer; contentType?: string | null }

/** Gathers the things that the values of an interaction name, for `data.resolved`. */
export function createResolved(context: TwinContext, channel: Channel, userId: string) {
  const { world } = context
  const found: Record<string, Record<string, unknown>> = {}
  const put = (kind: string, id: string, thing: unknown) => {
    ;(found[kind] ??= {})[id] = thing
  }
  const addUser = (id: string) => {
    if (!world.people.has(id)) throw new NotPossible(`There is no person ${id}.`)
    put('users', id, userOf(context, id))
    const member = partialMember(context, channel, id)
    if (member) put('members', id, member)
  }
  const addRole = (id: string) => {
    const role = world.requireGuild(channel.guildId).roles.get(id)
    if (!role) throw new NotPossible(`There is no role ${id}.`)
    put('roles', id, rolePayload(role))
  }
  return {
    addUser,
    addRole,
    addMentionable: (id: string) => (world.people.has(id) ? addUser(id) : addRole(id)),
    addChannel: (id: string, types?: readonly ChannelType[] | null) => {
      const named = world.channels.get(id)
      if (named?.guildId !== channel.guildId) throw new NotPossible(`There is no channel ${id}.`)
      if (types && !types.includes(named.type)) throw new NotPossible(`Channel ${id} is of the wrong type.`)
      put('channels', id, partialChannel(context, named, userId))
    },
    addMessage: (message: Message) => put('messages', message.id, fullMessagePayload(context, message)),
    /** Keeps an uploaded file and returns its id. */
    addFile: ({ name, bytes, contentType = null }: GivenFile): string => {
      const attachments = toUploads([{ name, bytes, contentType }], channel.id, () => world.nextId())
      world.keepFiles(
        plainMessage({
          id: world.nextId(),
          channelId: channel.id,
          authorId: userId,
          content: '',
          createdAt: world.now(),
          attachments,
        }),
      )
      for (const file of attachments)
        put('attachments', file.id, { ...attachmentPayload(context, file), ephemeral: true })
      return attachments[0]?.id ?? ''
    },
    /** Nothing when nothing was named. */
    fields: () => (Object.keys(found).length > 0 ? { resolved: found } : {}),
  }
}

export type Resolved = ReturnType<typeof createResolved>
