import { createLogger, describeError } from '@dcs/shared/core'
import type { Config } from '@dcs/shared/config'
import { provideServerSide } from '../lib/server-side.ts'
import { getAuth } from './auth.ts'
import { closeContext, getContext } from './context.ts'
import { stopLiveEvents } from './live-events.ts'
import { pages } from './pages/pages.ts'
import { openRequestLimits } from './request-limits.ts'
import { apiTokens, createToken, revokeToken } from './routes/api-tokens.ts'
import { auth } from './routes/auth.ts'
import { poster, video } from './routes/bytes.ts'
import { changeClip, clip, clips, deleteClip } from './routes/clips.ts'
import { events } from './routes/events.ts'
import { guilds } from './routes/guilds.ts'
import { audit, block, changeGuildAccess, guildAccess, unblock } from './routes/guild-access.ts'
import { claimGuild, guildServer, transferGuild, unclaimGuild } from './routes/guild-server.ts'
import { changePreferences } from './routes/preferences.ts'
import { health } from './routes/health.ts'
import { installed, servers, startInstall } from './routes/install.ts'
import {
  cancelPurge,
  changePrivacy,
  eraseMe,
  exportMe,
  myPrivacy,
  purge,
  receipt,
  requestPurge,
} from './routes/privacy.ts'
import { problems, retry } from './routes/problems.ts'
import { endAllSessions, endOneSession, sessions } from './routes/sessions.ts'
import {
  changeScans,
  changeScanSettings,
  scanRuns,
  scans,
  scanSettings,
  startScans,
  stopScans,
  switchReading,
  threadScans,
} from './routes/scans.ts'

/**
 * Makes the server side known to pages and routes and begins to open what they need. A database that is down does not keep the server from starting:
 * /api/health and every page say so, and each request tries again.
 */
export function startServerSide(config: Config): { stop: () => Promise<void> } {
  provideServerSide({
    routes: {
      apiTokens,
      audit,
      auth,
      blockAuthor: block,
      cancelPurge,
      changeClip,
      changeGuildAccess,
      changePreferences,
      changePrivacy,
      changeScans,
      changeScanSettings,
      claimGuild,
      clip,
      clips,
      createToken,
      deleteClip,
      endAllSessions,
      endOneSession,
      eraseMe,
      events,
      exportMe,
      guildAccess,
      guilds,
      guildServer,
      health,
      installed,
      myPrivacy,
      poster,
      problems,
      purge,
      receipt,
      requestPurge,
      retryProblems: retry,
      revokeToken,
      scanRuns,
      scans,
      scanSettings,
      servers,
      sessions,
      startInstall,
      startScans,
      stopScans,
      switchReading,
      threadScans,
      transferGuild,
      unblockAuthor: unblock,
      unclaimGuild,
      video,
    },
    pages,
  })
  const limits = openRequestLimits({
    factor: config.interface.requestLimitFactor,
    secret: config.interface.authSecret,
    log: createLogger('interface', config.logLevel),
    open: getContext,
  })
  getContext()
    .then(async (context) => {
      await getAuth()
      await context.queue()
    })
    .catch((error: unknown) =>
      createLogger('interface', config.logLevel).warn(
        { reason: describeError(error) },
        'not everything is available yet',
      ),
    )
  return {
    stop: async () => {
      await stopLiveEvents()
      await limits.stop()
      await closeContext()
    },
  }
}
