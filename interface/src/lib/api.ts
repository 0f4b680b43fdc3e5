import type { ApiProblem } from './api-types.ts'

/** The API said no; the message may be shown as it is. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly problem: ApiProblem

  constructor(status: number, problem: ApiProblem) {
    super(problem.message)
    this.status = status
    this.problem = problem
  }
}

const OFFLINE: ApiProblem = { code: 'offline', message: 'The server cannot be reached. Check your connection.' }

/** Asks our own API. Throws `ApiError` with words for people. */
export async function api<T>(path: string, init: RequestInit & { json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = init
  const response = await fetch(path, {
    ...rest,
    ...(json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } }),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, OFFLINE)
  })
  const body = (await response.json().catch(() => null)) as (T & { error?: ApiProblem; message?: string }) | null
  if (response.ok && body !== null) return body
  throw new ApiError(
    response.status,
    body?.error ?? { code: 'internal', message: `The server answered ${response.status}. Try again in a moment.` },
  )
}
