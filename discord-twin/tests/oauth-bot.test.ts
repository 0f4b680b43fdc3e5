import { API } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { ApplicationFlags, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEMO } from '../src/index.ts'
import { startCheckedTwin, type CheckedTwin } from './checked-twin.ts'

const redirect = 'http://127.0.0.1:9/callback'
const permissions = (Bits.ViewChannel | Bits.ReadMessageHistory).toString()

describe('inviting the bot', () => {
  let twin: CheckedTwin
  let api: API

  beforeEach(async () => {
    twin = await startCheckedTwin()
    api = new API(new REST({ api: twin.apiUrl, retries: 0 }).setToken(twin.botToken))
  })
  afterEach(() => twin.close())

  const address = (changes: Record<string, string> = {}) =>
    `${twin.oauthAuthorizeUrl}?${new URLSearchParams({
      client_id: twin.clientId,
      scope: 'bot applications.commands',
      permissions,
      ...changes,
    })}`
  const post = (url: string, form: Record<string, string>) =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) })

  it('lets a person choose one of the servers that they manage, and says so at the end', async () => {
    expect(await (await fetch(address())).text()).toContain('Continue as Mara')
    const html = await (await post(address(), { user_id: DEMO.people.mara })).text()
    expect(html).toContain('Add to Sunday Board Games')
    expect(html).toContain('Add to The Night Squad')
    expect(html).not.toContain('Frame Perfect')
    const done = await post(address(), { user_id: DEMO.people.mara, guild_id: DEMO.uninvited })
    expect(done.status).toBe(200)
    expect(await done.text()).toContain('added to Sunday Board Games')
    expect(await api.guilds.get(DEMO.uninvited)).toMatchObject({ id: DEMO.uninvited })
    const roles = await api.guilds.getRoles(DEMO.uninvited)
    expect(roles).toContainEqual(
      expect.objectContaining({ managed: true, permissions, tags: { bot_id: twin.world.botId } }),
    )
    const own = roles.find(({ managed }) => managed)!
    expect((await api.guilds.getMember(DEMO.uninvited, twin.world.botId)).roles).toEqual([own.id])
    await api.users.leaveGuild(DEMO.uninvited)
    expect(twin.world.requireGuild(DEMO.uninvited).roles.has(own.id)).toBe(false)
  })

  it('returns a code with the guild and the permissions, whose token answer has the guild', async () => {
    const url = address({ response_type: 'code', redirect_uri: redirect, scope: 'identify bot', state: 's' })
    const back = await post(url, { user_id: DEMO.people.mara, guild_id: DEMO.uninvited })
    const found = Object.fromEntries(new URL(back.headers.get('location')!).searchParams)
    expect(found).toMatchObject({ guild_id: DEMO.uninvited, permissions, state: 's' })
    const answer = await fetch(`${twin.apiUrl}/v10/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: found['code']!,
        redirect_uri: redirect,
        client_id: twin.clientId,
        client_secret: twin.clientSecret,
      }),
    })
    expect(await answer.json()).toMatchObject({ scope: 'identify bot', guild: { id: DEMO.uninvited } })
  })

  it('keeps to the server that was asked for when no other may be chosen', async () => {
    const url = address({ guild_id: DEMO.uninvited, disable_guild_select: 'true' })
    const html = await (await post(url, { user_id: DEMO.people.mara })).text()
    expect(html).toContain('Add to Sunday Board Games')
    expect(html).not.toContain('Add to The Night Squad')
    expect((await post(url, { user_id: DEMO.people.mara, guild_id: DEMO.guilds.squad })).status).toBe(400)
    const preselected = await (await post(address({ guild_id: DEMO.uninvited }), { user_id: DEMO.people.mara })).text()
    expect(preselected.indexOf('Sunday')).toBeLessThan(preselected.indexOf('Night Squad'))
  })

  it('adds it to no server that the person does not manage, and to none when they cancel', async () => {
    const url = address({ response_type: 'code', redirect_uri: redirect })
    for (const form of [
      { user_id: DEMO.people.lena, guild_id: DEMO.uninvited },
      { user_id: DEMO.people.mara, guild_id: '' },
    ]) {
      const back = await post(url, form)
      expect(new URL(back.headers.get('location')!).searchParams.get('error')).toBe('access_denied')
    }
    expect(twin.world.botGuilds.has(DEMO.uninvited)).toBe(false)
  })

  it('answers with no picture for the browser’s tab', async () => {
    expect((await fetch(`${twin.url}/favicon.ico`)).status).toBe(204)
  })

  it('is for an application that is the same at both of its addresses and can change itself', async () => {
    const application = await api.applications.getCurrent()
    expect(application).toMatchObject({ id: twin.clientId, bot: { id: twin.world.botId } })
    expect(await api.oauth2.getCurrentBotApplicationInformation()).toEqual(application)
    const flags = ApplicationFlags.GatewayMessageContentLimited
    const changed = await api.rest.patch('/applications/@me', { body: { flags } })
    expect(changed).toMatchObject({ flags })
    await expect(api.guilds.getMembers(DEMO.guilds.squad)).rejects.toMatchObject({ code: 50_001 })
  })
})
