import { DAY } from '../core/time.ts'
import { listLeftGuilds } from '../db/repositories/guild-purge.repo.ts'
import { getGuildSettings } from '../db/repositories/guild-settings.repo.ts'
import { parseStoredGuildSettings, resolveGuildSettings, type InstanceSettings } from '../settings/index.ts'
import type { Queue } from './queue.ts'
import { requestErasure } from './request-erasure.ts'

/** Asks for everything of guilds to be erased that the bot was removed from longer ago than their setting keeps them. Returns their ids. */
export async function eraseLeftGuilds(
  queue: Pick<Queue, 'enqueue'>,
  instance: InstanceSettings,
  now = new Date(),
): Promise<string[]> {
  const asked: string[] = []
  for (const { guildId, leftAt } of await listLeftGuilds()) {
    const stored = await getGuildSettings(guildId)
    const { settings: guild } = parseStoredGuildSettings(stored?.settings ?? {}, { lenient: true })
    const days = resolveGuildSettings({ instance, guild }).erase_when_removed_days
    if (days === 0 || now.getTime() - leftAt.getTime() < days * DAY) continue
    await requestErasure(queue, {
      subject: 'guild',
      subjectId: guildId,
      requestedBy: null,
      via: 'cli',
      leavesGuild: true,
    })
    asked.push(guildId)
  }
  return asked
}
