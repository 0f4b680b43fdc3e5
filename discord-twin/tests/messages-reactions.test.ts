import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { MessageType, PermissionFlagsBits as Bits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../src/world/world.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'
import { createPlaces, refusal } from './messaging.ts'

type Places = ReturnType<typeof createPlaces>

describe('messages', () => {
  let twin: CheckedTwin
  let world: World
  let api: API
  let newChannel: Places['newChannel']
  let withBits: Places['withBits']
  let withoutBits: Places['withoutBits']
  let say: Places['say']

  beforeAll(async () => {
    twin = await startCheckedTwin()
    world = twin.world
    ;({ newChannel, withBits, withoutBits, say } = createPlaces(world))
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
  })
  afterAll(() => twin.close())

  describe('carry reactions', () => {
    it('that are added, counted, listed and taken away', async () => {
      const channelId = withBits(Bits.ManageMessages)
      const { id } = say(channelId, 'nice')
      await api.channels.addMessageReaction(channelId, id, '🔥')
      await api.channels.addMessageReaction(channelId, id, '🔥')
      await api.channels.addMessageReaction(channelId, id, 'pog:123456')
      expect((await api.channels.getMessage(channelId, id)).reactions).toEqual([
        {
          emoji: { id: null, name: '🔥' },
          count: 1,
          count_details: { burst: 0, normal: 1 },
          burst_colors: [],
          me: true,
          me_burst: false,
        },
        expect.objectContaining({ emoji: { id: '123456', name: 'pog' } }),
      ])
      expect(await api.channels.getMessageReactions(channelId, id, '🔥')).toMatchObject([{ id: world.botId }])
      expect(await api.channels.getMessageReactions(channelId, id, '🔥', { after: world.botId })).toEqual([])
      expect(await api.channels.getMessageReactions(channelId, id, '🔥', { type: 1 })).toEqual([])
      await api.channels.deleteOwnMessageReaction(channelId, id, '🔥')
      await api.channels.deleteAllMessageReactionsForEmoji(channelId, id, 'pog:123456')
      expect(await api.channels.getMessage(channelId, id)).not.toHaveProperty('reactions')
      await api.channels.addMessageReaction(channelId, id, '🔥')
      await api.channels.deleteUserMessageReaction(channelId, id, '🔥', world.botId)
      await api.channels.addMessageReaction(channelId, id, '❤️')
      await api.channels.deleteAllMessageReactions(channelId, id)
      expect(world.requireMessage(channelId, id).reactions).toEqual([])
    })

    it('of twenty emojis at most, known ones, and with the permissions', async () => {
      const channelId = newChannel()
      const { id } = say(channelId, 'nice')
      const react = (emoji: string) => api.channels.addMessageReaction(channelId, id, emoji)
      expect(await refusal(react('fire'))).toMatchObject({ status: 400, code: 10_014 })
      for (let number = 1; number <= 20; number += 1) await react(`e:${number}`)
      expect(await refusal(react('🔥'))).toMatchObject({ code: 30_010 })
      await react('e:1')
      expect(await refusal(api.channels.deleteAllMessageReactions(channelId, id))).toMatchObject({ code: 50_013 })
      const still = withoutBits(Bits.AddReactions)
      const message = say(still, 'x')
      expect(await refusal(api.channels.addMessageReaction(still, message.id, '🔥'))).toMatchObject({ code: 50_013 })
    })
  })

  describe('are pinned', () => {
    it('and told in the channel, listed page by page, and unpinned', async () => {
      const channelId = withBits(Bits.PinMessages)
      const ids = [say(channelId, 'a').id, say(channelId, 'b').id, say(channelId, 'c').id]
      for (const id of ids) {
        await api.channels.pinMessage(channelId, id)
        world.clock.skewMs += 1000
      }
      expect(await api.channels.getMessages(channelId, { limit: 1 })).toMatchObject([
        { type: MessageType.ChannelPinnedMessage, message_reference: { message_id: ids[2] } },
      ])
      type Pins = { items: { pinned_at: string; message: { id: string; pinned: boolean } }[]; has_more: boolean }
      const pins = (query: Record<string, string>) =>
        api.rest.get(`/channels/${channelId}/messages/pins`, { query: new URLSearchParams(query) }) as Promise<Pins>
      const first = await pins({ limit: '2' })
      expect(first.items.map(({ message }) => message.id)).toEqual([ids[2], ids[1]])
      expect(first).toMatchObject({ has_more: true, items: [{ message: { pinned: true } }, {}] })
      const rest = await pins({ before: new Date(first.items[1]!.pinned_at).toISOString() })
      expect(rest).toMatchObject({ has_more: false, items: [{ message: { id: ids[0] } }] })
      await api.rest.delete(`/channels/${channelId}/messages/pins/${ids[2]}`)
      await api.rest.put(`/channels/${channelId}/messages/pins/${ids[1]}`)
      const old = await api.channels.getPins(channelId)
      expect(old.map(({ id }) => id)).toEqual([ids[1], ids[0]])
    })

    it('with the permission, and not system messages', async () => {
      const plain = newChannel()
      const { id } = say(plain, 'x')
      expect(await refusal(api.channels.pinMessage(plain, id))).toMatchObject({ status: 403, code: 50_013 })
      const channelId = withBits(Bits.PinMessages)
      const system = say(channelId, '', { type: MessageType.UserJoin })
      expect(await refusal(api.channels.pinMessage(channelId, system.id))).toMatchObject({ code: 50_021 })
    })
  })
})
