import { describeError } from '@dcs/shared/core'
import type { PageResult } from '../../lib/server-side.ts'
import { bringsToken } from '../api-tokens.ts'
import { getContext } from '../context.ts'
import { toProblem } from '../errors.ts'
import { requestLimits } from '../request-limits.ts'
import { findViewer, type Viewer } from '../viewer.ts'

/** Finds out who looks at a page and loads what it shows. Never throws: a page says what is wrong. Pages are for browsers: a token shows none. */
export async function loadPage<T>(headers: Headers, load: (viewer: Viewer) => Promise<T>): Promise<PageResult<T>> {
  try {
    const admit = ({ userId }: Pick<Viewer, 'userId'>) => requestLimits().check('read', 'person', userId)
    const viewer = bringsToken(headers) ? null : await findViewer(headers, admit)
    return viewer ? { outcome: 'ok', data: await load(viewer) } : { outcome: 'signed-out' }
  } catch (error) {
    const { code, status, message } = toProblem(error)
    if (code === 'not-found') return { outcome: 'not-found' }
    if (code === 'rate-limited') return { outcome: 'problem', problem: message }
    const context = await getContext().catch(() => null)
    context?.log.error(status === 500 ? { err: error } : { reason: describeError(error) }, 'page could not be made')
    return { outcome: 'problem', problem: message }
  }
}
