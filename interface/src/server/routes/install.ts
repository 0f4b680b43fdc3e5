import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { getContext } from '../context.ts'
import { toProblem } from '../errors.ts'
import { finishInstall, startInstall as start, type InstallOutcome } from '../install.ts'
import { json, route } from '../route-handler.ts'
import { findServers } from '../servers.ts'
import { findSignedInId } from '../viewer.ts'

// Without a scope: adding the bot ends on a page of Discord's, for which it takes a browser.

export const servers = route({}, async ({ context, viewer }) => json(await findServers(context, viewer)))

const body = z.object({ guildId: zSnowflake.nullish() })

export const startInstall = route({ body }, async ({ context, viewer, body }) =>
  json({ url: await start(context, viewer.userId, body.guildId ?? null) }, { status: 201 }),
)

const answer = z.object({
  state: z.string().regex(/^[\w-]{20,128}$/),
  guild_id: zSnowflake.optional(),
  error: z.string().max(100).optional(),
})

/**
 * Where Discord sends the browser back. Who is signed in is found out before anything else is decided: somebody who is not keeps the invitation, signs in and comes
 * back here. A page follows in every case.
 */
export async function installed(request: Request): Promise<Response> {
  const read = answer.safeParse(Object.fromEntries(new URL(request.url).searchParams))
  if (!read.success) return goTo(toPage({ outcome: 'stale' }))
  const { state, guild_id: guildId, error } = read.data
  try {
    const userId = await findSignedInId(request.headers)
    if (userId === null) {
      const again = new URLSearchParams({
        state,
        ...(guildId ? { guild_id: guildId } : {}),
        ...(error ? { error } : {}),
      })
      return goTo(`/?next=${encodeURIComponent(`/api/install/callback?${again}`)}`)
    }
    return goTo(
      toPage(await finishInstall(userId, { state, guildId: guildId ?? null, isDeclined: error !== undefined })),
    )
  } catch (problem) {
    const { status, ...words } = toProblem(problem)
    const context = await getContext().catch(() => null)
    if (status >= 500) context?.log.error({ err: problem }, 'an invitation could not be finished')
    return json({ error: words }, { status })
  }
}

function toPage(result: InstallOutcome): string {
  if (result.outcome !== 'added') return `/servers?invitation=${result.outcome}`
  return result.guildId === null ? '/servers?invitation=added' : `/servers?added=${result.guildId}`
}

function goTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'private, no-store' } })
}
