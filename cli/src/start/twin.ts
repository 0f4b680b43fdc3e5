import { startTwin } from '@dcs/discord-twin'
import { createLogger, runProgram } from '@dcs/shared/core'

// The demo world as a program of its own beside the others.
await runProgram(createLogger('twin'), async () => {
  const twin = await startTwin({ world: 'demo' })
  return {
    ready: {
      url: twin.url,
      env: {
        DISCORD_API_URL: twin.apiUrl,
        DISCORD_OAUTH_AUTHORIZE_URL: twin.oauthAuthorizeUrl,
        DISCORD_CDN_HOSTS: twin.cdnHost,
        DISCORD_CLIENT_ID: twin.clientId,
        DISCORD_CLIENT_SECRET: twin.clientSecret,
        BOT_TOKEN: twin.botToken,
      },
    },
    stop: () => twin.close(),
  }
})
