import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { claimGuild as claim, transferGuild as transfer, unclaimGuild as unclaim } from '../claims.ts'
import { findGuildServer } from '../guild-server.ts'
import { json, route } from '../route-handler.ts'
import { requireManage } from '../scan-channels.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })

export const guildServer = route(
  { params },
  async ({ context, viewer, params }) => json(await findGuildServer(context, viewer, requireGuild(viewer, params.id))),
  { scope: 'guild:manage' },
)

// Without a scope: who a server belongs to is changed by people, not by programs.

export const claimGuild = route({ params }, async ({ context, viewer, params }) => {
  const own = requireGuild(viewer, params.id)
  requireManage(own)
  await claim(context, viewer, own)
  return json(await findGuildServer(context, viewer, own), { status: 201 })
})

const transferBody = z.object({ userId: zSnowflake })

export const transferGuild = route({ params, body: transferBody }, async ({ context, viewer, params, body }) => {
  const own = requireGuild(viewer, params.id)
  requireManage(own)
  await transfer(context, viewer, own, body.userId)
  return json(await findGuildServer(context, viewer, own))
})

/** Also for somebody who does not manage the server any more: giving up takes no right. */
export const unclaimGuild = route({ params }, async ({ viewer, params }) => {
  await unclaim(viewer, requireGuild(viewer, params.id))
  return json({ holder: null })
})
