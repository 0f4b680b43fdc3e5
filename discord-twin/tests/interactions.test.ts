import {
  ApplicationCommandOptionType as Option,
  ApplicationCommandType as Type,
  ButtonStyle,
  Client,
  ComponentType,
  Events,
  GatewayIntentBits,
  MessageFlags,
  MessageType,
  TextInputStyle,
  type Interaction,
} from 'discord.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const { people, guilds } = DEMO

const COMMANDS = [
  {
    name: 'clips',
    description: 'Your clips',
    options: [
      {
        type: Option.Subcommand as const,
        name: 'search',
        description: 'Finds clips',
        options: [
          { type: Option.String as const, name: 'title', description: 'Words', required: true, autocomplete: true },
          { type: Option.User as const, name: 'by', description: 'Whose' },
          { type: Option.Attachment as const, name: 'like', description: 'A similar one' },
        ],
      },
    ],
  },
  { name: 'purge', description: 'Deletes', default_member_permissions: '32' },
  { name: 'Save clip', type: Type.Message as const },
  { name: 'Show clips', type: Type.User as const },
]

describe('interactions', () => {
  let twin: CheckedTwin
  let client: Client<true>
  let clips: string
  let general: string
  let onInteraction: (interaction: Interaction) => Promise<unknown> = () => Promise.resolve()
  const failures: unknown[] = []

  beforeAll(async () => {
    // Without the privileged intent, as an application that nobody has reviewed.
    twin = await startCheckedTwin({ messageContent: false })
    const channels = twin.world.channelsOf(guilds.squad)
    clips = channels.find(({ name }) => name === 'clips')!.id
    general = channels.find(({ name }) => name === 'general')!.id
    client = new Client({
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
      rest: { api: twin.apiUrl },
    })
    client.on(Events.InteractionCreate, (interaction) => {
      onInteraction(interaction).catch((error: unknown) => failures.push(error))
    })
    await client.login(twin.botToken)
    if (!client.isReady()) await new Promise((resolve) => client.once(Events.ClientReady, resolve))
    await client.application.commands.set(COMMANDS)
  })
  afterEach(() => {
    const [failure] = failures.splice(0)
    if (failure !== undefined) throw failure
    onInteraction = () => Promise.resolve()
  })
  afterAll(async () => {
    await client.destroy()
    await twin.close()
  })

  const search = (options: Record<string, string> = { title: 'goal' }) =>
    twin.interactions.useCommand({ userId: people.mara, channelId: clips, name: 'clips search', options })

  it('a command gets its options, a deferred answer that is filled, and follow-ups', async () => {
    const seen: unknown[] = []
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      seen.push(
        interaction.options.getSubcommand(),
        interaction.options.getString('title'),
        interaction.options.getUser('by')?.id,
        interaction.memberPermissions?.has('ViewChannel'),
        interaction.guildId,
        interaction.channel?.id,
      )
      await interaction.deferReply()
      await handle.response()
      await interaction.editReply({ content: 'Found one', files: [{ name: 'list.txt', attachment: Buffer.from('1') }] })
      await interaction.followUp({
        content: 'And another',
        embeds: [{ title: 'Clip', fields: [{ name: 'a', value: 'b' }] }],
      })
      await interaction.followUp({ content: 'Only for you', flags: MessageFlags.Ephemeral })
    }
    const before = twin.world.requireChannel(clips).messages.length
    const handle = search({ title: 'goal', by: people.aiko })
    const first = await handle.response()
    expect(first).toMatchObject({ type: 5, ephemeral: false, message: { type: MessageType.ChatInputCommand } })
    expect(first.message!.flags & MessageFlags.Loading).toBe(MessageFlags.Loading)

    const filled = await handle.result()
    expect(filled.message).toMatchObject({
      id: first.message!.id,
      content: 'Found one',
      flags: 0,
      edited_timestamp: null,
      author: { id: twin.world.botId },
      webhook_id: twin.clientId,
      interaction_metadata: { id: handle.id, type: 2, user: { id: people.mara } },
      attachments: [{ filename: 'list.txt' }],
    })
    const [open, secret] = await handle.waitForFollowUps(2)
    expect(open).toMatchObject({
      content: 'And another',
      embeds: [{ type: 'rich', title: 'Clip' }],
      type: MessageType.Reply,
      interaction_metadata: { original_response_message_id: first.message!.id },
    })
    expect(secret).toMatchObject({ content: 'Only for you', flags: MessageFlags.Ephemeral })
    expect(seen).toEqual(['search', 'goal', people.aiko, true, guilds.squad, clips])

    expect(twin.world.requireChannel(clips).messages.length).toBe(before + 2)
    const channel = await client.channels.fetch(clips)
    if (!channel?.isTextBased()) throw new Error('clips is a text channel')
    const history = [...(await channel.messages.fetch({ limit: 3 })).keys()]
    expect(history).toContain(open!.id)
    expect(history).not.toContain(secret!.id)
  })

  it('a file given to a command can be downloaded', async () => {
    let body = ''
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      body = await (await fetch(interaction.options.getAttachment('like', true).url)).text()
      await interaction.reply({ content: 'Got it', flags: MessageFlags.Ephemeral })
    }
    const handle = twin.interactions.useCommand({
      userId: people.mara,
      channelId: clips,
      name: 'clips search',
      options: { title: 'x', like: { name: 'note.txt', bytes: Buffer.from('hello') } },
    })
    expect(await handle.response()).toMatchObject({ type: 4, ephemeral: true, message: { content: 'Got it' } })
    expect(body).toBe('hello')
  })

  it('an ephemeral answer is edited, fetched and deleted by its token alone', async () => {
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      await interaction.reply({ content: 'Psst', flags: MessageFlags.Ephemeral })
      await interaction.editReply('Psst!')
      expect((await interaction.fetchReply()).content).toBe('Psst!')
      await interaction.deleteReply()
      await interaction.followUp({ content: 'Done', flags: MessageFlags.Ephemeral })
    }
    const handle = search()
    await handle.waitForFollowUps(1)
    expect(handle.current).toMatchObject({ type: 4, ephemeral: true })
    expect(handle.current).not.toHaveProperty('message')
  })

  it('suggestions come while an option is typed', async () => {
    onInteraction = async (interaction) => {
      if (!interaction.isAutocomplete()) return
      const { name, value } = interaction.options.getFocused(true)
      await interaction.respond([{ name: `${name}: ${value}`, value: `${value}al` }])
    }
    const handle = twin.interactions.autocomplete({
      userId: people.mara,
      channelId: clips,
      name: 'clips search',
      focused: 'title',
      value: 'go',
    })
    expect((await handle.response()).choices).toEqual([{ name: 'title: go', value: 'goal' }])
  })

  it('a menu command on a message has its content, without the privileged intent', async () => {
    const target = twin.world.postMessage({
      channelId: general,
      authorId: people.sam,
      content: 'look at this',
      files: [{ key: 'one-second' }],
    })
    let seen: unknown
    onInteraction = async (interaction) => {
      if (!interaction.isMessageContextMenuCommand()) return
      const { content, attachments } = interaction.targetMessage
      seen = [content, attachments.size, attachments.first()?.contentType]
      await interaction.reply('Saved')
    }
    const handle = twin.interactions.useMessageCommand({
      userId: people.mara,
      channelId: general,
      name: 'Save clip',
      messageId: target.id,
    })
    expect(await handle.response()).toMatchObject({
      message: {
        content: 'Saved',
        type: MessageType.ContextMenuCommand,
        interaction_metadata: { target_message_id: target.id },
      },
    })
    expect(seen).toEqual(['look at this', 1, 'video/mp4'])
    const channel = await client.channels.fetch(general)
    if (!channel?.isTextBased()) throw new Error('general is a text channel')
    expect((await channel.messages.fetch({ message: target.id, force: true })).content).toBe('')
  })

  it('a menu command on a person names account and membership', async () => {
    onInteraction = async (interaction) => {
      if (!interaction.isUserContextMenuCommand()) return
      await interaction.reply(`${interaction.targetUser.username} ${interaction.targetMember ? 'here' : 'away'}`)
    }
    const use = { userId: people.mara, channelId: general, name: 'Show clips' }
    const { message } = await twin.interactions.useUserCommand({ ...use, targetId: people.aiko }).response()
    expect(message?.content).toBe('aiko here')
    const outside = await twin.interactions.useUserCommand({ ...use, targetId: people.vik }).response()
    expect(outside.message?.content).toBe('vik away')
  })

  it('a button changes its message, a menu of choices and a form answer too', async () => {
    onInteraction = async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({
          content: 'Choose',
          components: [
            {
              type: ComponentType.ActionRow,
              components: [
                { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'More', customId: 'more' },
                { type: ComponentType.Button, style: ButtonStyle.Primary, label: 'Rename', customId: 'rename' },
              ],
            },
            {
              type: ComponentType.ActionRow,
              components: [
                {
                  type: ComponentType.StringSelect,
                  customId: 'pick',
                  options: [
                    { label: 'One', value: '1' },
                    { label: 'Two', value: '2' },
                  ],
                },
              ],
            },
          ],
        })
      else if (interaction.isStringSelectMenu()) {
        await interaction.deferUpdate()
        await interaction.editReply(`Picked ${interaction.values.join()}`)
      } else if (interaction.isButton() && interaction.customId === 'more') await interaction.update('More!')
      else if (interaction.isButton())
        await interaction.showModal({
          custom_id: 'new-name',
          title: 'A name',
          components: [
            {
              type: ComponentType.Label,
              label: 'Name',
              component: {
                type: ComponentType.TextInput,
                custom_id: 'name',
                style: TextInputStyle.Short,
                max_length: 20,
              },
            },
          ],
        })
      else if (interaction.isModalSubmit() && interaction.isFromMessage())
        await interaction.update(`Named ${interaction.fields.getTextInputValue('name')}`)
    }
    const { message } = await search().response()
    const on = { userId: people.jonas, messageId: message!.id }
    const clicked = await twin.interactions.click({ ...on, customId: 'more' }).response()
    expect(clicked).toMatchObject({ type: 7, message: { id: message!.id, content: 'More!' } })
    const picked = twin.interactions.select({ ...on, customId: 'pick', values: ['2'] })
    expect(await picked.response()).toMatchObject({ type: 6 })
    await expect.poll(() => picked.current?.message?.content).toBe('Picked 2')
    const form = await twin.interactions.click({ ...on, customId: 'rename' }).response()
    expect(form).toMatchObject({ type: 9, modal: { custom_id: 'new-name', title: 'A name' } })
    expect(() => twin.interactions.submitForm({ userId: people.mara, fields: {} })).toThrow('not open')
    expect(() => twin.interactions.submitForm({ userId: people.jonas, fields: { name: 'x'.repeat(21) } })).toThrow(
      'too short or too long',
    )
    const sent = twin.interactions.submitForm({ userId: people.jonas, customId: 'new-name', fields: { name: 'Ace' } })
    expect(await sent.response()).toMatchObject({ type: 7, message: { id: message!.id, content: 'Named Ace' } })
    expect(() => twin.interactions.select({ ...on, customId: 'pick', values: ['3'] })).toThrow('does not offer')
    expect(() => twin.interactions.click({ ...on, customId: 'gone' })).toThrow('no component')
  })

  it('is refused to those whom Discord would not offer it', async () => {
    const use = (userId: string, name: string, channelId = clips) =>
      twin.interactions.useCommand({ userId, channelId, name })
    expect(() => use(people.sam, 'purge')).toThrow('may not use')
    expect(() => use(people.vik, 'clips search')).toThrow('does not see')
    expect(() => use(people.sam, 'nothing')).toThrow('no command')
    expect(() => use(people.sam, 'clips search')).toThrow('"title" is required')
    const { id } = twin.world.createChannel({
      guildId: guilds.squad,
      name: 'no-commands',
      overwrites: [{ id: guilds.squad, type: 0, allow: '0', deny: (1n << 31n).toString() }],
    })
    expect(() => use(people.sam, 'clips search', id)).toThrow('may not use application commands')
    onInteraction = (interaction) => (interaction.isChatInputCommand() ? interaction.reply('ok') : Promise.resolve())
    expect(await use(people.mara, 'purge').response()).toMatchObject({ message: { content: 'ok' } })
  })

  it('has one first answer, within three seconds, and a token of fifteen minutes', async () => {
    const callback = (handle: { id: string; token: string }, body: unknown, query = '') =>
      fetch(`${twin.apiUrl}/v10/interactions/${handle.id}/${handle.token}/callback${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: number }).code]
    const reply = { type: 4, data: { content: 'Hi' } }

    const handle = search()
    expect(await codeOf(await callback({ id: handle.id, token: 'wrong' }, reply))).toEqual([404, 10_062])
    expect(await codeOf(await callback(handle, { type: 7, data: {} }))).toEqual([400, 50_035])
    expect(await codeOf(await callback(handle, { type: 12 }))).toEqual([400, 50_035])
    const first = await callback(handle, reply, '?with_response=true')
    expect(await first.json()).toMatchObject({
      interaction: { id: handle.id, type: 2, response_message_loading: false, response_message_ephemeral: false },
      resource: { type: 4, message: { content: 'Hi' } },
    })
    expect(await codeOf(await callback(handle, reply))).toEqual([400, 40_060])
    const original = `${twin.apiUrl}/v10/webhooks/${twin.clientId}/${handle.token}/messages/@original`
    expect((await fetch(original)).status).toBe(200)

    const late = search()
    const unanswered = late.response().catch((error: Error) => error.message)
    twin.world.clock.speed = 1e6
    try {
      expect(await unanswered).toMatch('did not respond')
      expect(await codeOf(await callback(late, reply))).toEqual([404, 10_062])
      expect(await codeOf(await fetch(original))).toEqual([401, 50_027])
    } finally {
      twin.world.clock.speed = 1
    }
    expect((await fetch(original)).status).toBe(200)
  })

  it('is begun over the control API, which answers with what the person sees', async () => {
    onInteraction = async (interaction) => {
      if (!interaction.isChatInputCommand()) return
      await interaction.deferReply({ flags: MessageFlags.Ephemeral })
      await interaction.editReply('There')
    }
    const use = (body: unknown) =>
      fetch(`${twin.url}/_twin/interactions/commands`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const command = { user_id: people.mara, channel_id: clips, name: 'clips search', options: { title: 'x' } }
    const answer = await use(command)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      type: 5,
      ephemeral: true,
      message: { content: 'There' },
      follow_ups: [],
    })
    expect((await use({ ...command, user_id: people.vik })).status).toBe(403)
    expect((await use({ ...command, channel: 'x' })).status).toBe(400)
  })
})
