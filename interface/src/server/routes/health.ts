import { checkHealth, type PartHealth, type ProductHealth } from '../health.ts'
import { findSignedInId } from '../viewer.ts'

/** How each part is, for anybody; what it is doing only for who is signed in. */
export async function health(request: Request): Promise<Response> {
  const state = await checkHealth()
  const isKnown = state.parts.database.status === 'up' && (await findSignedInId(request.headers).catch(() => null))
  return Response.json(isKnown ? state : withoutDetail(state), {
    status: state.status === 'ok' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
}

function withoutDetail({ status, parts }: ProductHealth): ProductHealth {
  const { database, bot, worker, interface: own } = parts
  const bare = ({ detail: _detail, ...part }: PartHealth): PartHealth => part
  return { status, parts: { database: bare(database), bot: bare(bot), worker: bare(worker), interface: bare(own) } }
}
