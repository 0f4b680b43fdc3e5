import { listSessions } from '@dcs/shared/db'
import type { SessionItem, Sessions } from '../lib/api-types.ts'
import { getAuth } from './auth.ts'

/** The browsers somebody is signed in with; the one that asks is marked. */
export async function findSessions(userId: string, headers: Headers): Promise<Sessions> {
  const auth = await getAuth()
  const [rows, own] = await Promise.all([
    listSessions(userId),
    auth.api.getSession({ headers, query: { disableRefresh: true } }),
  ])
  const sessions = rows.map(({ id, createdAt, updatedAt, expiresAt, ipAddress, userAgent }): SessionItem => ({
    id,
    isThis: id === own?.session.id,
    device: describeDevice(userAgent ?? ''),
    address: ipAddress === '' ? null : ipAddress,
    createdAt: createdAt.toISOString(),
    lastUsedAt: updatedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }))
  return { sessions: sessions.toSorted((a, b) => Number(b.isThis) - Number(a.isThis)) }
}

// Most browsers claim to be others too, so the order counts.
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: readonly [RegExp, string][] = [
  [/\b(iPhone|iPod)\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** A browser and its system in words, from what it says about itself. */
export function describeDevice(userAgent: string): string {
  const find = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(userAgent))?.[1]
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)]
  if (browser && system) return `${browser} on ${system}`
  return browser ?? system ?? 'Unknown browser'
}
