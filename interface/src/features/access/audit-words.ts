import type { AuditItem } from '@/lib/api-types.ts'

const ACTIONS: Readonly<Record<string, string>> = {
  'api-token.create': 'made an API token',
  'api-token.revoke': 'revoked an API token',
  'author.block': 'blocked an author',
  'author.unblock': 'let a blocked author in again',
  'clip.edit': 'changed a clip',
  'clip.remove': 'removed a clip',
  'clip.save': 'saved a clip',
  'clip.tag': 'changed the tags of a clip',
  'erasure.cancel': 'took back that everything is erased',
  'erasure.request': 'asked for everything to be erased',
  'guild.claim': 'claimed the server',
  'guild.transfer': 'handed the server over',
  'guild.unclaim': 'gave the server up',
  'problem.retry': 'had something tried again',
  'reading.change': 'switched channels on or off',
  'scan.cancel': 'cancelled scans',
  'scan.pause': 'paused scans',
  'scan.resume': 'resumed scans',
  'scan.start': 'started a scan',
  'settings.change': 'changed settings',
}

const WAYS: Readonly<Record<AuditItem['via'], string>> = {
  web: 'here',
  discord: 'in Discord',
  cli: 'at the command line',
  'api-token': 'with an API token',
}

/** What somebody did, as the rest of a sentence that begins with their name. */
export function describeAction({ action, via }: Pick<AuditItem, 'action' | 'via'>): string {
  return `${ACTIONS[action] ?? action.replace(/[.-]/g, ' ')} ${WAYS[via]}`
}

/** The details of a change on one line: what was changed, to which values. */
export function describeDetails(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => `${key.replaceAll('_', ' ')}: ${formatValue(value)}`)
    .join(', ')
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatValue).join(' ')
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
