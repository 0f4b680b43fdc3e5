import { checkHealth } from '../health.ts'

export async function health(): Promise<Response> {
  const state = await checkHealth()
  return Response.json(state, {
    status: state.status === 'ok' ? 200 : 503,
    headers: { 'cache-control': 'no-store' },
  })
}
