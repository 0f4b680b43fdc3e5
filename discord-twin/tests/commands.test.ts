import { API } from '@discordjs/core'
import { DiscordAPIError, REST } from '@discordjs/rest'
import { ApplicationCommandOptionType as Option, ApplicationCommandType as Type } from 'discord-api-types/v10'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

describe('application commands', () => {
  let twin: CheckedTwin
  let api: API
  let app: string

  beforeAll(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl }).setToken(twin.botToken))
    app = twin.clientId
  })
  beforeEach(() => api.applicationCommands.bulkOverwriteGlobalCommands(app, []))
  afterAll(() => twin.close())

  const ping = { name: 'ping', description: 'Answers' }

  it('are registered, listed, changed and deleted, and the version follows the content', async () => {
    const created = await api.applicationCommands.createGlobalCommand(app, {
      ...ping,
      name_localizations: { de: 'klopfen' },
      default_member_permissions: '32',
      options: [
        { type: Option.String, name: 'word', description: 'A word', required: true, max_length: 20 },
        { type: Option.Integer, name: 'count', description: 'How often', min_value: 1, autocomplete: true },
      ],
    })
    expect(created).toMatchObject({
      application_id: app,
      type: Type.ChatInput,
      default_member_permissions: '32',
      dm_permission: true,
      nsfw: false,
      options: [
        { name: 'word', required: true, max_length: 20 },
        { name: 'count', min_value: 1, autocomplete: true },
      ],
    })
    const [listed] = await api.applicationCommands.getGlobalCommands(app)
    expect(listed).not.toHaveProperty('name_localizations')
    const [full] = await api.applicationCommands.getGlobalCommands(app, { with_localizations: true })
    expect(full).toEqual(created)

    const changed = await api.applicationCommands.editGlobalCommand(app, created.id, { description: 'Says it back' })
    expect(changed).toMatchObject({ id: created.id, description: 'Says it back', options: created.options })
    expect(changed.version).not.toBe(created.version)
    expect(await api.applicationCommands.getGlobalCommand(app, created.id)).toEqual(changed)
    await api.applicationCommands.deleteGlobalCommand(app, created.id)
    await expect(api.applicationCommands.getGlobalCommand(app, created.id)).rejects.toMatchObject({
      status: 404,
      code: 10_063,
    })
  })

  it('of the same name and type replace each other and keep the id: 201 first, then 200', async () => {
    const send = (body: unknown) =>
      fetch(`${twin.apiUrl}/v10/applications/${app}/commands`, {
        method: 'POST',
        headers: { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const first = await send(ping)
    const again = await send({ ...ping, description: 'Other' })
    const user = await send({ name: 'ping', type: Type.User })
    expect([first.status, again.status, user.status]).toEqual([201, 200, 201])
    const { id } = (await first.json()) as { id: string }
    expect(await again.json()).toMatchObject({ id, description: 'Other' })
    expect(((await user.json()) as { id: string }).id).not.toBe(id)
  })

  it('are replaced as a whole; those that stay keep id and version', async () => {
    const [kept, gone] = await api.applicationCommands.bulkOverwriteGlobalCommands(app, [
      ping,
      { name: 'gone', description: 'Soon' },
    ])
    const after = await api.applicationCommands.bulkOverwriteGlobalCommands(app, [
      ping,
      { name: 'Save clip', type: Type.Message },
    ])
    expect(after.map(({ name, description }) => [name, description])).toEqual([
      ['ping', 'Answers'],
      ['Save clip', ''],
    ])
    expect(after[0]).toEqual(kept)
    await expect(api.applicationCommands.getGlobalCommand(app, gone!.id)).rejects.toThrow('Unknown application command')
  })

  it('of a guild are its own', async () => {
    const command = await api.applicationCommands.createGuildCommand(app, DEMO.guilds.squad, ping)
    expect(command).toMatchObject({ guild_id: DEMO.guilds.squad })
    expect(command).not.toHaveProperty('dm_permission')
    expect(await api.applicationCommands.getGlobalCommands(app)).toEqual([])
    expect(await api.applicationCommands.getGuildCommands(app, DEMO.guilds.lan)).toEqual([])
    await expect(api.applicationCommands.getGuildCommand(app, DEMO.guilds.lan, command.id)).rejects.toMatchObject({
      code: 10_063,
    })
    await expect(api.applicationCommands.createGuildCommand(app, '42', ping)).rejects.toMatchObject({ code: 50_001 })
    expect(await api.applicationCommands.getGuildCommandsPermissions(app, DEMO.guilds.squad)).toEqual([])
  })

  const sub = { type: Option.Subcommand, name: 'list', description: 'All' }
  const text = { type: Option.String, name: 'text', description: 'Text' }
  it.each([
    [{ ...ping, name: 'Ping' }, 'name', 'APPLICATION_COMMAND_INVALID_NAME'],
    [{ ...ping, name: 'two words' }, 'name', 'APPLICATION_COMMAND_INVALID_NAME'],
    [{ ...ping, name: 'x'.repeat(33) }, 'name', 'BASE_TYPE_BAD_LENGTH'],
    [{ name: 'ping' }, 'description', 'BASE_TYPE_REQUIRED'],
    [{ ...ping, options: [{ ...text, name: 'No Good' }] }, 'options.0.name', 'APPLICATION_COMMAND_INVALID_NAME'],
    [
      { ...ping, options: [text, { ...text, name: 'late', required: true }] },
      'options.1.required',
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    ],
    [{ ...ping, options: [text, text] }, 'options.1.name', 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS'],
    [{ ...ping, options: [sub, text] }, 'options.1.type', 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID'],
    [
      { ...ping, options: [{ ...sub, options: [sub] }] },
      'options.0.options.0.type',
      'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
    ],
    [
      { ...ping, options: [{ ...text, choices: [{ name: 'a', value: 1 }] }] },
      'options.0.choices.0.value',
      'STRING_TYPE_CONVERT',
    ],
    [
      { ...ping, options: [{ ...text, autocomplete: true, choices: [{ name: 'a', value: 'a' }] }] },
      'options.0.autocomplete',
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES_INVALID',
    ],
    [
      { ...ping, options: Array.from({ length: 26 }, (_, index) => ({ ...text, name: `n${index}` })) },
      'options',
      'BASE_TYPE_MAX_LENGTH',
    ],
    [{ ...ping, contexts: [9] }, 'contexts.0', 'BASE_TYPE_CHOICES'],
    [
      { name: 'Save clip', type: Type.Message, description: 'x' },
      'description',
      'CONTEXT_MENU_COMMAND_DESCRIPTION_NOT_ALLOWED',
    ],
  ])('%j is refused at %s with %s', async (body, path, code) => {
    const error = await api.applicationCommands.createGlobalCommand(app, body as never).catch((failure) => failure)
    expect(error).toBeInstanceOf(DiscordAPIError)
    expect(error).toMatchObject({ status: 400, code: 50_035 })
    const leaf = path.split('.').reduce((node, step) => node?.[step], error.rawError.errors)
    expect(leaf?.['_errors']?.[0]?.code).toBe(code)
    expect(await api.applicationCommands.getGlobalCommands(app)).toEqual([])
  })

  it('are at most a hundred, and fifteen of a menu', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ name: `command-${index}`, description: 'One of many' }))
    await api.applicationCommands.bulkOverwriteGlobalCommands(app, many)
    await expect(api.applicationCommands.createGlobalCommand(app, ping)).rejects.toMatchObject({ code: 30_032 })
    const menu = Array.from({ length: 16 }, (_, index) => ({ name: `Menu ${index}`, type: Type.User as const }))
    await expect(api.applicationCommands.bulkOverwriteGlobalCommands(app, menu)).rejects.toMatchObject({ code: 30_032 })
    expect(await api.applicationCommands.getGlobalCommands(app)).toHaveLength(100)
  })

  it('belong to the application alone', async () => {
    await expect(api.applicationCommands.getGlobalCommands('42')).rejects.toMatchObject({ status: 403, code: 20_012 })
    const answer = await fetch(`${twin.apiUrl}/v10/applications/${app}/commands`)
    expect(answer.status).toBe(401)
  })
})
