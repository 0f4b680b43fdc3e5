import { findUnseenEntries, listAudit, listPersonNames } from '@dcs/shared/db'
import type { AuditItem, GuildAudit } from '../lib/api-types.ts'
import { toGuildItem } from './guild-item.ts'
import { countProblems } from './problems.ts'
import { requireManage } from './scan-channels.ts'
import type { ViewerGuild } from './viewer.ts'

const PER_PAGE = 50

/** What people changed in a guild, newest first. Managers only. */
export async function listGuildAudit(
  own: ViewerGuild,
  { before, action }: { before?: bigint | undefined; action?: string | undefined } = {},
): Promise<GuildAudit> {
  requireManage(own)
  const [found, problems] = await Promise.all([
    listAudit(own.access, { limit: PER_PAGE + 1, before: before ?? null, action: action ?? null }),
    countProblems(own),
  ])
  const entries = found.slice(0, PER_PAGE)
  const [names, unseen] = await Promise.all([
    listPersonNames(entries.flatMap(({ actorId }) => actorId ?? [])),
    findUnseenEntries(own.access, entries),
  ])
  return {
    guild: toGuildItem(own),
    entries: entries.map((entry) => ({
      id: String(entry.id),
      at: entry.at.toISOString(),
      actor: entry.actorId === null ? 'The operator' : (names.get(entry.actorId) ?? entry.actorId),
      via: entry.via as AuditItem['via'],
      action: entry.action,
      target: unseen.has(entry) ? null : entry.target,
      details: unseen.has(entry) ? {} : entry.details,
    })),
    next: found.length > entries.length ? String(entries.at(-1)?.id) : null,
    problems,
  }
}
