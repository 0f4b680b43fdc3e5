import { headers } from 'next/headers'
import { cache } from 'react'
import { serverSide } from '@/lib/server-side.ts'

// Title and body of a page, and the layout around it, ask for the same things; each is looked up once per request.

export const loadShell = cache(async () => serverSide().pages.shell(new Headers(await headers())))

export const loadLibrary = cache(async (guild: string | undefined) =>
  serverSide().pages.library(new Headers(await headers()), guild),
)

export const loadClip = cache(async (clipId: string) => serverSide().pages.clip(new Headers(await headers()), clipId))

export const loadScans = cache(async (guildId: string) =>
  serverSide().pages.scans(new Headers(await headers()), guildId),
)

export const loadProblems = cache(async (guildId: string) =>
  serverSide().pages.problems(new Headers(await headers()), guildId),
)

export const loadScanSettings = cache(async (guildId: string) =>
  serverSide().pages.scanSettings(new Headers(await headers()), guildId),
)

export const loadPrivacy = cache(async () => serverSide().pages.privacy(new Headers(await headers())))

export const loadPurge = cache(async (guildId: string) =>
  serverSide().pages.purge(new Headers(await headers()), guildId),
)

export const loadGuildAccess = cache(async (guildId: string) =>
  serverSide().pages.guildAccess(new Headers(await headers()), guildId),
)

export const loadAudit = cache(async (guildId: string) =>
  serverSide().pages.audit(new Headers(await headers()), guildId),
)

export const loadAccount = cache(async () => serverSide().pages.account(new Headers(await headers())))

export const loadTokens = cache(async () => serverSide().pages.tokens(new Headers(await headers())))

export const loadServers = cache(async () => serverSide().pages.servers(new Headers(await headers())))

export const loadGuildServer = cache(async (guildId: string) =>
  serverSide().pages.guildServer(new Headers(await headers()), guildId),
)
