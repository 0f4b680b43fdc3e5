import { GatewayDispatchEvents as Events } from '@discordjs/core'
import { noteGoneChannel, noteThreadMembers } from '@dcs/shared/db'
import type { RawChannel } from '../gateway/snapshots.ts'
import { GONE } from '../services/store-guilds.ts'
import { onEvent, type Services } from './event.ts'

async function store({ sync }: Services, data: RawChannel & { guild_id?: string }): Promise<void> {
  if (data.guild_id !== undefined) await sync.onChannel(data.guild_id, data)
}

/** What was kept of it stays. */
async function remove({ capture }: Services, { id }: { id: string }): Promise<void> {
  await capture.loseChannel(id)
  await noteGoneChannel(id, GONE)
}

export const channelCreate = onEvent(Events.ChannelCreate, (services, data) => store(services, data as RawChannel))
export const channelUpdate = onEvent(Events.ChannelUpdate, (services, data) => store(services, data as RawChannel))
export const channelDelete = onEvent(Events.ChannelDelete, remove)
export const threadCreate = onEvent(Events.ThreadCreate, (services, data) => store(services, data as RawChannel))
export const threadUpdate = onEvent(Events.ThreadUpdate, (services, data) => store(services, data as RawChannel))
export const threadDelete = onEvent(Events.ThreadDelete, remove)

/** The bot gained access to a channel: its active threads. */
export const threadListSync = onEvent(Events.ThreadListSync, async (services, data) => {
  for (const thread of data.threads) await store(services, { ...(thread as RawChannel), guild_id: data.guild_id })
})

/** Being taken out of a thread is told with no other event; what happens to others comes only with the privileged intent for members. */
export const threadMembersUpdate = onEvent(Events.ThreadMembersUpdate, async ({ capture }, data, { identity }) => {
  const { removed_member_ids: removed = [], added_members: added = [] } = data
  await noteThreadMembers({ guildId: data.guild_id, threadId: data.id }, [
    ...removed.map((userId) => ({ userId, isMember: false })),
    ...added.flatMap(({ user_id: userId }) => (userId === undefined ? [] : [{ userId, isMember: true }])),
  ])
  const isOut = identity.userId !== null && removed.includes(identity.userId)
  if (isOut) await capture.loseChannel(data.id)
})
