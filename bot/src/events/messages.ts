import { GatewayDispatchEvents as Events } from '@discordjs/core'
import { onEvent } from './event.ts'

/** Messages of everybody, also of other bots and webhooks, which often post clips for people. */
export const messageCreate = onEvent(Events.MessageCreate, ({ capture }, data) => capture.onMessage(data))

export const messageUpdate = onEvent(Events.MessageUpdate, ({ capture, changes }, data) =>
  capture.afterMessages(data.channel_id, () => changes.update(data)),
)

export const messageDelete = onEvent(Events.MessageDelete, ({ capture, changes }, data) => {
  const { guild_id: guildId, channel_id: channelId, id } = data
  if (guildId !== undefined) capture.afterMessages(channelId, () => changes.remove(guildId, channelId, [id]))
})

export const messageDeleteBulk = onEvent(Events.MessageDeleteBulk, ({ capture, changes }, data) => {
  const { guild_id: guildId, channel_id: channelId, ids } = data
  if (guildId !== undefined) capture.afterMessages(channelId, () => changes.remove(guildId, channelId, ids))
})
