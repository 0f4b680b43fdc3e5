import { zSnowflake } from '@dcs/shared/core'
import * as z from 'zod'
import { json, route } from '../route-handler.ts'
import { controlScans, startScan, switchChannels } from '../scan-actions.ts'
import { findScanSettings, saveScanSettings, SCAN_SETTINGS } from '../scan-settings.ts'
import { listRuns, listScans, listThreadScans } from '../scans.ts'
import { requireGuild } from '../viewer.ts'

const params = z.object({ id: zSnowflake })
const channelParams = z.object({ id: zSnowflake, channel: zSnowflake })
const channelList = z
  .array(zSnowflake, { error: 'must be a list of channel ids' })
  .min(1, 'must name at least one channel')
  .max(1000, 'names too many channels')
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` })
const yesOrNo = z.boolean({ error: 'must be true or false' })

export const scans = route(
  { params },
  async ({ viewer, params }) => json(await listScans(requireGuild(viewer, params.id))),
  { scope: 'scans:read' },
)

const startBody = z.object({
  mode: oneOf(['quick', 'complete', 'recheck']).default('complete'),
  channelIds: channelList.optional(),
  switchOn: yesOrNo.optional(),
})

export const startScans = route(
  { params, body: startBody },
  async ({ context, viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    const answer = await startScan(context, viewer, own, body)
    return json({ ...answer, ...(await listScans(own)) }, { status: 202 })
  },
  { scope: 'scans:write' },
)

const changeBody = z.object({ action: oneOf(['pause', 'resume']), channelIds: channelList.optional() })

export const changeScans = route(
  { params, body: changeBody },
  async ({ context, viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    const changed = await controlScans(context, viewer, own, body.action, body.channelIds)
    return json({ changed, ...(await listScans(own)) })
  },
  { scope: 'scans:write' },
)

const stopBody = z.object({ channelIds: channelList.optional() })

export const stopScans = route(
  { params, body: stopBody },
  async ({ context, viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    const stopped = await controlScans(context, viewer, own, 'cancel', body.channelIds)
    return json({ stopped, ...(await listScans(own)) })
  },
  { scope: 'scans:write' },
)

const switchBody = z.object({ channelIds: channelList, isReading: yesOrNo })

export const switchReading = route(
  { params, body: switchBody },
  async ({ context, viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    await switchChannels(context, viewer, own, body.channelIds, body.isReading)
    return json(await listScans(own))
  },
  { scope: 'scans:write' },
)

const threadQuery = z.object({ after: zSnowflake.optional() })

export const threadScans = route(
  { params: channelParams, query: threadQuery },
  async ({ viewer, params, query }) =>
    json(await listThreadScans(requireGuild(viewer, params.id), params.channel, query.after)),
  { scope: 'scans:read' },
)

const runQuery = z.object({ after: z.uuid('must be the id of a run').optional() })

export const scanRuns = route(
  { params: channelParams, query: runQuery },
  async ({ viewer, params, query }) =>
    json(await listRuns(requireGuild(viewer, params.id), params.channel, query.after)),
  { scope: 'scans:read' },
)

export const scanSettings = route(
  { params },
  async ({ viewer, params }) => json(await findScanSettings(requireGuild(viewer, params.id))),
  { scope: 'guild:manage' },
)

// Whether a value is allowed is the registry's to say; here only that nothing else is set with it.
const settingsBody = z
  .strictObject(Object.fromEntries(SCAN_SETTINGS.map((key) => [key, z.unknown().optional()])))
  .refine((patch) => Object.keys(patch).length > 0, 'must name at least one setting')

export const changeScanSettings = route(
  { params, body: settingsBody },
  async ({ viewer, params, body }) => {
    const own = requireGuild(viewer, params.id)
    await saveScanSettings(viewer, own, body)
    return json(await findScanSettings(own))
  },
  { scope: 'guild:manage' },
)
