import { Readable } from 'node:stream'
import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { exportPerson } from '../person-export.ts'
import {
  cancelPurge as cancel,
  changeOptOut,
  erasePerson,
  findPrivacy,
  findPurge,
  makeReceipt,
  requestPurge as request,
} from '../privacy.ts'
import { json, route } from '../route-handler.ts'
import { requireGuild } from '../viewer.ts'

const yesOrNo = z.boolean({ error: 'must be true or false' })
const typed = z.string({ error: 'must be text' }).max(200, 'is too long')

export const myPrivacy = route({}, async ({ viewer }) => json(await findPrivacy(viewer)))

export const changePrivacy = route({ body: z.object({ optedOut: yesOrNo }) }, async ({ viewer, body }) => {
  await changeOptOut(viewer, body.optedOut)
  return json(await findPrivacy(viewer))
})

const eraseBody = z.object({ confirm: typed, withAccount: yesOrNo.default(false) })

export const eraseMe = route(
  { body: eraseBody },
  async ({ context, viewer, body }) => {
    await erasePerson(context, viewer, body)
    return json(await findPrivacy(viewer), { status: 202 })
  },
  { limit: 'privacy' },
)

const receiptParams = z.object({ erasure: z.uuid('must be the number of a receipt') })

export const receipt = route(
  { params: receiptParams },
  async ({ context, viewer, params }) => {
    const signed = await makeReceipt(context, viewer, params.erasure)
    return new Response(`${JSON.stringify(signed, null, 2)}\n`, {
      headers: {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="receipt-${params.erasure}.json"`,
        'cache-control': 'private, no-store',
      },
    })
  },
  { limit: 'privacy' },
)

const exportQuery = z.object({ files: z.enum(['0', '1'], { error: 'must be 0 or 1' }).default('1') })

export const exportMe = route(
  { query: exportQuery },
  async ({ context, viewer, query }) => {
    const stream = Readable.toWeb(Readable.from(exportPerson(context, viewer.userId, query.files === '1')))
    return new Response(stream as ReadableStream, {
      headers: {
        'content-type': 'application/x-tar',
        'content-disposition': 'attachment; filename="my-clips.tar"',
        'cache-control': 'private, no-store',
      },
    })
  },
  { limit: 'privacy' },
)

const params = z.object({ id: zSnowflake })

export const purge = route({ params }, async ({ viewer, params }) =>
  json(await findPurge(requireGuild(viewer, params.id))),
)

const purgeBody = z.object({ confirm: typed, leaves: yesOrNo.default(false) })

export const requestPurge = route({ params, body: purgeBody }, async ({ context, viewer, params, body }) => {
  const own = requireGuild(viewer, params.id)
  await request(context, viewer, own, body)
  return json(await findPurge(own), { status: 202 })
})

export const cancelPurge = route({ params }, async ({ viewer, params }) => {
  const own = requireGuild(viewer, params.id)
  await cancel(viewer, own)
  return json(await findPurge(own))
})
