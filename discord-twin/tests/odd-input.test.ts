import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO, startTwin, type Twin } from '../src/index.ts'

const BODIES: [name: string, type: string | null, body: string][] = [
  ['no body', null, ''],
  ['an empty object', 'application/json', '{}'],
  ['null', 'application/json', 'null'],
  ['a list', 'application/json', '[null, 1, "x", {}]'],
  ['a number', 'application/json', '1e400'],
  ['half an object', 'application/json', '{"content": '],
  ['wrong types', 'application/json', JSON.stringify(wrong({ a: 1 }))],
  ['lists for everything', 'application/json', JSON.stringify(wrong([{}, null]))],
  ['huge numbers', 'application/json', JSON.stringify(wrong(1e300))],
  ['null for everything', 'application/json', JSON.stringify(wrong(null))],
  ['another type', 'text/plain', 'hello'],
  ['a form without parts', 'multipart/form-data; boundary=x', '--x--\r\n'],
  [
    'a form with text that is not JSON',
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="payload_json"\r\n\r\nnot json\r\n--x--\r\n',
  ],
  [
    'a form whose file has no name',
    'multipart/form-data; boundary=x',
    '--x\r\ncontent-disposition: form-data; name="files[0]"; filename=""\r\n\r\nabc\r\n--x--\r\n',
  ],
]

describe('odd input', { timeout: 60_000 }, () => {
  let twin: Twin
  beforeAll(async () => {
    twin = await startTwin()
  })
  afterAll(() => twin.close())

  it('is refused with a message and a code, and never breaks a route', async () => {
    const { world } = twin
    // With every right, so that bodies are looked at.
    const guild = world.requireGuild(DEMO.guilds.lan)
    for (const role of guild.roles.values()) world.setRole(guild.id, { ...role, permissions: 8n })
    const channel = world.channelsOf(DEMO.guilds.lan).find(({ name }) => name === 'chat')!
    const send = async (path: string, body: object) => {
      const headers = { authorization: `Bot ${twin.botToken}`, 'content-type': 'application/json' }
      const answer = await fetch(`${twin.apiUrl}/v10${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      return (await answer.json()) as { id: string; token: string }
    }
    const webhook = await send(`/channels/${channel.id}/webhooks`, { name: 'hook' })
    const command = await send(`/applications/${twin.clientId}/commands`, { name: 'clips', description: 'Clips' })
    const known: Record<string, string> = {
      channel_id: channel.id,
      guild_id: DEMO.guilds.lan,
      message_id: channel.messages.last()!.id,
      user_id: DEMO.people.lena,
      role_id: [...guild.roles.keys()].at(-1)!,
      overwrite_id: DEMO.guilds.lan,
      application_id: twin.clientId,
      webhook_id: webhook.id,
      webhook_token: webhook.token,
      command_id: command.id,
      emoji_name: encodeURIComponent('🔥'),
    }
    // What is deleted is not there for the others.
    const routes = twin.routes.toSorted((a, b) => Number(a.startsWith('DELETE')) - Number(b.startsWith('DELETE')))
    let tried = 0
    const broken: string[] = []
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ')
      if (method === 'HEAD' || route === 'DELETE /users/@me/guilds/{guild_id}') continue
      for (const ids of ['known', '0', '99999999999999999999999', 'x%00', '-1']) {
        const url = `${twin.apiUrl}/v10${path.replace(/\{(\w+)\}/g, (_, name: string) => (ids === 'known' ? (known[name] ?? '1') : ids))}`
        const bodies = method === 'GET' || method === 'DELETE' ? [BODIES[0]!] : BODIES
        const queries =
          method === 'GET'
            ? ['', '?limit=x&before=y&after=-1&around=&offset=1e9&type=z', '?limit=9e99&limit=2&content=&has=x']
            : ['']
        for (const [name, type, body] of bodies)
          for (const query of queries) {
            const answer = await fetch(url + query, {
              method,
              headers: { authorization: `Bot ${twin.botToken}`, ...(type === null ? {} : { 'content-type': type }) },
              ...(type === null ? {} : { body }),
            })
            tried += 1
            const text = await answer.text()
            const isError = answer.status >= 400
            const isTold = !isError || /"(message|error)":/.test(text)
            if (answer.status >= 500 || !isTold)
              broken.push(`${route} (${ids}${query}, ${name}): ${answer.status} ${text}`)
          }
      }
    }
    expect(broken).toEqual([])
    expect(tried).toBeGreaterThan(2_000)
  })
})

/** Every name a body may have, with the same unfitting value. */
function wrong(value: unknown): Record<string, unknown> {
  const names =
    'content embeds components attachments flags message_reference poll allowed_mentions nonce messages name type options description topic parent_id permission_overwrites available_tags applied_tags allow deny roles nick communication_disabled_until permissions color attachment_urls data avatar channel_id auto_archive_duration message archived locked id position'
  return Object.fromEntries(names.split(' ').map((name) => [name, value]))
}
