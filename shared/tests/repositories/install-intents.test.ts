import { expect, it } from 'vitest'
import { closeDb, initDb, purgeExpiredInstallIntents } from '../../src/db/index.ts'
import { rows, useDatabase } from './fixtures.ts'

const { url } = useDatabase()

it.each(['UTC', 'Asia/Tokyo', 'America/Los_Angeles'])(
  'deletes invitations that expired longer ago than the grace, in a session with the zone %s',
  async (zone) => {
    await closeDb()
    const inZone = new URL(url())
    inZone.searchParams.set('options', `-c timezone=${zone}`)
    await initDb({ url: inZone.href, migrate: false })
    expect(await rows('show timezone')).toEqual([{ TimeZone: zone }])
    await rows(`insert into users (discord_user_id) values ('1') on conflict do nothing`)
    await rows(`
      insert into install_intents (state, user_id, guild_id, expires_at)
      select name, '1', '2', (now() at time zone 'utc') + offset_ from (values
        ('expired long ago', interval '-1 day'), ('expired', interval '-301 s'), ('in grace', interval '-290 s'),
        ('valid', interval '10 min')) as given(name, offset_)`)
    const states = async () =>
      (await rows('select state from install_intents order by state')).map(({ state }) => state)

    expect(await purgeExpiredInstallIntents()).toBe(2)
    expect(await states()).toEqual(['in grace', 'valid'])
    expect(await purgeExpiredInstallIntents()).toBe(0)
    expect(await purgeExpiredInstallIntents(0)).toBe(1)
    expect(await states()).toEqual(['valid'])
    await rows('delete from install_intents')
  },
)
