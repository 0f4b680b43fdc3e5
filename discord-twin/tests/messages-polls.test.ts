import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { MessageType, type RESTAPIPoll } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { vote } from '../src/world/polls.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { guilds, people } = DEMO

describe('polls', () => {
  let twin: CheckedTwin
  let api: API
  let channelId: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl }).setToken(twin.botToken))
    channelId = twin.world.createChannel({
      guildId: guilds.squad,
      name: 'polls',
      overwrites: [{ id: twin.world.botId, type: 1, allow: (1n << 49n).toString(), deny: '0' }],
    }).id
  })
  afterAll(() => twin.close())

  const poll: RESTAPIPoll = {
    question: { text: 'Best clip?' },
    answers: [{ poll_media: { text: 'first' } }, { poll_media: { text: 'second', emoji: { id: null, name: '🔥' } } }],
    duration: 2,
    allow_multiselect: false,
  }

  it('are posted with an end, gather votes, and list who gave them', async () => {
    const message = await api.channels.createMessage(channelId, { poll })
    const ends = Date.parse(message.poll!.expiry!) - Date.parse(message.timestamp)
    expect(Math.abs(ends - 2 * 3_600_000)).toBeLessThan(5000)
    expect(message.poll).toMatchObject({
      question: { text: 'Best clip?' },
      answers: [
        { answer_id: 1, poll_media: { text: 'first' } },
        { answer_id: 2, poll_media: { text: 'second', emoji: { name: '🔥' } } },
      ],
      allow_multiselect: false,
      layout_type: 1,
      results: { is_finalized: false },
    })
    const place = { channelId, id: message.id }
    vote(twin.world, place, people.sam, [1])
    vote(twin.world, place, people.mara, [2])
    vote(twin.world, place, people.sam, [2])
    expect(() => vote(twin.world, place, people.sam, [1, 2])).toThrow('takes one answer')
    const { users } = await api.poll.getAnswerVoters(channelId, message.id, 2)
    expect(new Set(users.map(({ id }) => id))).toEqual(new Set([people.sam, people.mara]))
    const page = await api.poll.getAnswerVoters(channelId, message.id, 2, { limit: 1, after: users[0]!.id })
    expect(page.users.map(({ id }) => id)).toEqual([users[1]!.id])
    expect(await api.channels.getMessage(channelId, message.id)).toMatchObject({
      poll: { results: { answer_counts: [{ count: 0 }, { id: 2, count: 2, me_voted: false }] } },
    })
    await expect(api.poll.getAnswerVoters(channelId, message.id, 9)).rejects.toMatchObject({ code: 10_008 })
  })

  it('are ended by their author, and the channel is told', async () => {
    const message = await api.channels.createMessage(channelId, { poll })
    vote(twin.world, { channelId, id: message.id }, people.sam, [1])
    expect(await api.poll.expirePoll(channelId, message.id)).toMatchObject({
      poll: { results: { is_finalized: true } },
    })
    const [result] = await api.channels.getMessages(channelId, { limit: 1 })
    expect(result).toMatchObject({
      type: MessageType.PollResult,
      message_reference: { message_id: message.id },
      embeds: [{ type: 'poll_result' }],
    })
    expect(result!.embeds[0]!.fields).toContainEqual({ name: 'victor_answer_text', value: 'first', inline: false })
    await expect(api.poll.expirePoll(channelId, message.id)).rejects.toMatchObject({ code: 520_001 })
    await expect(api.channels.editMessage(channelId, message.id, { content: 'x' })).rejects.toMatchObject({
      code: 520_003,
    })
    const plain = await api.channels.createMessage(channelId, { content: 'no poll' })
    await expect(api.poll.expirePoll(channelId, plain.id)).rejects.toMatchObject({ code: 520_006 })
  })

  it('have a question and one to ten answers', async () => {
    const post = (changes: object) => api.channels.createMessage(channelId, { poll: { ...poll, ...changes } })
    await expect(post({ answers: [] })).rejects.toMatchObject({ code: 50_035 })
    await expect(post({ question: { text: '' } })).rejects.toMatchObject({ code: 50_035 })
    await expect(post({ duration: 769 })).rejects.toMatchObject({ code: 50_035 })
  })
})
