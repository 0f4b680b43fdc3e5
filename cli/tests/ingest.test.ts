import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { DEMO } from '@dcs/discord-twin'
import { closeDb, findScanRun, initDb } from '@dcs/shared/db'
import { Permission } from '@dcs/shared/domain'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openPlace, syncWorld, type Place } from '../../worker/tests/test-worker.ts'

const root = path.resolve(import.meta.dirname, '../..')

type Result = { code: number | null; stdout: string; stderr: string }

describe('dcs scan, jobs and coverage', { timeout: 120_000 }, () => {
  const guildId = DEMO.guilds.squad
  let place: Place
  let children: ChildProcess[] = []

  beforeAll(async () => {
    place = await openPlace()
    await initDb({ url: place.env.POSTGRES_DSN ?? '' })
    await syncWorld(place.twin)
  })
  afterEach(async () => {
    await Promise.all(children.map(end))
    children = []
    await place.query(`update guild_scans set status = 'canceled' where status in ('queued', 'running')`)
    await place.query(`update bot_channel_scan_runs set status = 'canceled' where status in ('queued', 'running')`)
    await place.query(`update pgboss.job set state = 'cancelled' where state < 'completed'`)
    await place.query('delete from job_failures')
  })
  afterAll(async () => {
    await closeDb()
    await place?.close()
  })

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [path.join(root, 'cli/bin/dcs.mjs'), ...args], {
      env: { PATH: process.env.PATH, ...place.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const output = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += String(chunk)))
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += String(chunk)))
    const result = once(child, 'close').then(([code]): Result => ({ code: code as number | null, ...output }))
    return { child, output, result }
  }
  const dcs = (...args: string[]) => start(...args).result
  const startWorker = async () => {
    const child = fork(path.join(root, 'worker/src/main.ts'), {
      env: { PATH: process.env.PATH, ...place.env },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    children.push(child)
    expect(await once(child, 'message')).toEqual([{ type: 'ready' }, undefined])
    return child
  }
  const addChannel = async (name: string, messages: number, overwrites: object[] = []) => {
    const { world } = place.twin
    const date = new Date('2024-11-01T00:00:00Z')
    const { id } = world.createChannel({ guildId, name, date, overwrites: overwrites as never })
    world.addHistory(id, messages, { authorId: DEMO.people.mara, clipEvery: 100 })
    await syncWorld(place.twin)
    await place.query('update bot_channels set is_reading = true where channel_id = $1', [id])
    return id
  }

  it('asks for a scan, says that nobody will do it, and lists what waits', async () => {
    const channelId = await addChannel('waits', 10)
    const asked = await dcs('scan', '#waits')
    expect(asked).toMatchObject({ code: 0, stderr: '' })
    expect(asked.stdout).toContain('Scanning #waits in')
    expect(asked.stdout).toContain('No worker runs')
    const again = await dcs('scan', channelId, '--json')
    expect(JSON.parse(again.stdout)).toMatchObject({ created: false, hasWorker: false, scanId: expect.any(String) })
    const listed = JSON.parse((await dcs('jobs', 'list', '--json')).stdout) as { id: string }[]
    expect(listed).toMatchObject([{ state: 'waiting', guildId }])
    const table = (await dcs('jobs', 'list', '--guild', guildId)).stdout
    expect(table).toContain(`${listed[0]?.id}  `)
    expect(await dcs('jobs', 'cancel', listed[0]?.id ?? '')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Cancelled /),
    })
    expect((await dcs('jobs', 'list')).stdout).toBe('Nothing runs and nothing waits.\n')
    expect(await place.query(`select status from bot_channel_scan_runs where channel_id = $1`, [channelId])).toEqual([
      { status: 'canceled' },
    ])
  })

  it.each([
    ['no such name', ['scan', 'nowhere'], `No server or channel is called "nowhere"`],
    ['no such mode', ['scan', guildId, '--mode', 'slow'], 'Allowed choices are quick, complete, recheck, forward'],
    ['no such job', ['jobs', 'cancel', 'x'], 'No job with the id x waits or runs. "dcs jobs list" shows'],
    ['no such failure', ['jobs', 'retry', 'x'], 'No failure has the id x. "dcs jobs list --failed" shows'],
    ['no such server', ['coverage', '123456789012345678'], `  ${guildId}  `],
  ])('ends with exit code 1 and says what to do: %s', async (_, args, reason) => {
    const { code, stderr } = await dcs(...args)
    expect(stderr).toContain(reason)
    expect(stderr).not.toContain('    at ')
    expect(code).toBe(1)
  })

  it('asks which one is meant when several have the name', async () => {
    const ids = [await addChannel('twice', 1), await addChannel('twice', 1)]
    const { code, stderr } = await dcs('scan', 'twice')
    expect(code).toBe(1)
    for (const id of ids) expect(stderr).toContain(id)
  })

  it('follows a scan to its end, and shows what was read', async () => {
    const channelId = await addChannel('whole', 250)
    const before = await dcs('coverage', channelId)
    expect(before.stdout).toMatch(/#whole +unknown +Nothing has been read yet +.+ to now/)
    await startWorker()
    const { code, stdout, stderr } = await dcs('scan', channelId, '--follow')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('#whole: succeeded, 250 messages')
    expect(stdout).toMatch(/Done: \d+ messages read, 3 new clips/)
    const [covered] = JSON.parse((await dcs('coverage', channelId, '--json')).stdout) as object[]
    expect(covered).toMatchObject({ channelId, name: 'whole', gaps: [], readTo: expect.any(String) })
    expect((await dcs('coverage', channelId, '--gaps')).stdout).toBe('Nothing is missing.\n')
  })

  it('ends with exit code 1 and the reasons when something failed, and tries it again when asked', async () => {
    const deny = { id: guildId, type: 0, allow: '0', deny: String(Permission.ReadMessageHistory) }
    const channelId = await addChannel('closed', 120, [deny])
    await startWorker()
    const { code, stderr } = await dcs('scan', channelId, '--follow')
    expect(code).toBe(1)
    expect(stderr).toContain('lacks the permission Read Message History in #closed')
    expect(stderr).toContain('dcs jobs list --failed')
    const failed = await dcs('jobs', 'list', '--failed', '--guild', guildId)
    expect(failed.stdout).toContain('scan-channel')
    expect(failed.stdout).toContain('Read Message History')
    place.twin.world.updateChannel(channelId, { overwrites: [] })
    expect(await dcs('jobs', 'retry', 'all')).toMatchObject({ code: 0, stdout: 'Trying again: 1.\n' })
    await vi.waitFor(async () => expect((await dcs('jobs', 'list', '--failed')).stdout).toBe('Nothing failed.\n'), {
      timeout: 30_000,
      interval: 500,
    })
  })

  it('leaves the scan running when it is ended by Ctrl-C, and says so', async () => {
    const channelId = await addChannel('long', 400)
    const held = place.twin.faults.add({
      kind: 'hold',
      route: 'GET /channels/{channel_id}/messages',
      channel: channelId,
      after: 1,
    })
    await startWorker()
    const { child, output, result } = start('scan', channelId, '--follow', '--json')
    await vi.waitFor(() => expect(output.stdout).toContain('"messages":'), { timeout: 20_000, interval: 50 })
    child.kill('SIGINT')
    expect(await result).toMatchObject({ code: 130, stderr: expect.stringContaining('The scan goes on') })
    held.remove()
    const [run] = await place.query<{ id: string }>('select id from bot_channel_scan_runs where channel_id = $1', [
      channelId,
    ])
    await vi.waitFor(async () => expect(await findScanRun(run!.id)).toMatchObject({ status: 'succeeded' }), {
      timeout: 30_000,
      interval: 200,
    })
  })
})

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
