import { countGuildProblems, listGuildProblems, type GuildProblem } from '@dcs/shared/db'
import type { GuildProblems, ProblemItem } from '../lib/api-types.ts'
import { toGuildItem } from './guild-item.ts'
import { requireManage } from './scan-channels.ts'
import type { ViewerGuild } from './viewer.ts'

const PER_PAGE = 50

const TITLES: Readonly<Record<string, string>> = {
  'fetch-clip': 'A clip could not be saved',
  'scan-channel': 'A channel could not be read to the end',
  'search-guild': 'Discord’s search could not be asked',
  'list-threads': 'Old threads could not be looked up',
  erase: 'What was to be erased is not erased yet',
}

/** What went wrong in a guild as far as the viewer may know, newest first. Managers only. */
export async function listProblems(own: ViewerGuild, after?: string): Promise<GuildProblems> {
  requireManage(own)
  const [found, total] = await Promise.all([
    listGuildProblems(own.access, { limit: PER_PAGE + 1, after }),
    countProblems(own),
  ])
  const page = found.slice(0, PER_PAGE)
  const names = new Map(own.channels.map(({ channelId, name }) => [channelId, name]))
  return {
    guild: toGuildItem(own),
    problems: page.map((problem) => toProblemItem(problem, names)),
    total,
    next: found.length > page.length ? (page.at(-1)?.id ?? null) : null,
  }
}

/** How many problems the list has. */
export function countProblems(own: ViewerGuild): Promise<number> {
  return countGuildProblems(own.access)
}

function toProblemItem(problem: GuildProblem, names: ReadonlyMap<string, string | null>): ProblemItem {
  return {
    id: problem.id,
    title: TITLES[problem.job] ?? 'A task could not be finished',
    reason: problem.message,
    code: problem.code,
    attempts: problem.attempts,
    failedAt: problem.failedAt.toISOString(),
    channelId: problem.channelId,
    channelName: names.get(problem.channelId ?? '') ?? null,
    clipId: problem.clipId,
    clipName: problem.clipName,
    isRetrying: problem.isRetrying,
  }
}
