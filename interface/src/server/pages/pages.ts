import { loadConfig } from '@dcs/shared/config'
import { findUserByDiscordId } from '@dcs/shared/db'
import type { ServerSide } from '../../lib/server-side.ts'
import { findApiTokens } from '../api-tokens.ts'
import { getClipDetail, listClips } from '../clips.ts'
import { getContext } from '../context.ts'
import { isDemo } from '../demo.ts'
import { findGuildAccess } from '../guild-access.ts'
import { listGuildAudit } from '../guild-audit.ts'
import { toGuildItem } from '../guild-item.ts'
import { findGuildServer } from '../guild-server.ts'
import { listProblems } from '../problems.ts'
import { findScanSettings } from '../scan-settings.ts'
import { listScans } from '../scans.ts'
import { findPublicPrivacy } from '../public-privacy.ts'
import { findPrivacy, findPurge } from '../privacy.ts'
import { findServers } from '../servers.ts'
import { findSessions } from '../sessions.ts'
import { requireGuild } from '../viewer.ts'
import { loadPage } from './load-page.ts'

/** What each page shows. */
export const pages: ServerSide['pages'] = {
  shell: (headers) =>
    loadPage(headers, async ({ name, image, guilds }) => ({
      name,
      image,
      firstGuildId: guilds[0]?.guild.guildId ?? null,
    })),
  library: (headers, asked) =>
    loadPage(headers, async (viewer) => {
      const guilds = viewer.guilds.map(toGuildItem)
      const guild = guilds.find(({ id }) => id === asked)?.id ?? null
      const page = await listClips(viewer, { guild: guild ?? undefined })
      return { guilds, guild, page, isIncomplete: viewer.isIncomplete, at: Date.now() }
    }),
  clip: (headers, clipId) => loadPage(headers, (viewer) => getClipDetail(viewer, clipId)),
  scans: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      scans: await listScans(requireGuild(viewer, guildId)),
      at: Date.now(),
    })),
  problems: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      problems: await listProblems(requireGuild(viewer, guildId)),
      at: Date.now(),
    })),
  scanSettings: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      form: await findScanSettings(requireGuild(viewer, guildId)),
    })),
  guildAccess: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      form: await findGuildAccess(requireGuild(viewer, guildId)),
    })),
  audit: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      audit: await listGuildAudit(requireGuild(viewer, guildId)),
      at: Date.now(),
    })),
  privacy: (headers) => loadPage(headers, async (viewer) => ({ ...(await findPrivacy(viewer)), at: Date.now() })),
  purge: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      purge: await findPurge(requireGuild(viewer, guildId)),
      at: Date.now(),
    })),
  account: (headers) =>
    loadPage(headers, async ({ userId, name, image }) => ({
      name,
      image,
      ...(await findSessions(userId, headers)),
      showsAgeRestricted: (await findUserByDiscordId(userId))?.showsAgeRestricted ?? false,
      at: Date.now(),
    })),
  tokens: (headers) => loadPage(headers, async ({ userId }) => ({ ...(await findApiTokens(userId)), at: Date.now() })),
  servers: (headers) => loadPage(headers, async (viewer) => findServers(await getContext(), viewer)),
  guildServer: (headers, guildId) =>
    loadPage(headers, async (viewer) => ({
      guilds: viewer.guilds.map(toGuildItem),
      server: await findGuildServer(await getContext(), viewer, requireGuild(viewer, guildId)),
    })),
  publicPrivacy: findPublicPrivacy,
  isDemo: () => isDemo(loadConfig()),
}
