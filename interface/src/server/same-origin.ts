import { AppError } from '@dcs/shared/core'

/**
 * Refuses a change that another site made the browser send. A browser names the page's origin with every change, or says at least whether the page is ours; who
 * names neither may be a browser made to keep silent, and is refused too. Programs use tokens, which no browser sends by itself.
 */
export function requireSameOrigin(headers: Headers, publicUrl: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const isOurs = origin === null ? site === 'same-origin' : origin === new URL(publicUrl).origin
  if (!isOurs || (site !== null && site !== 'same-origin'))
    throw new AppError('forbidden', 'a change was asked for by another site', {
      publicMessage: 'This request came from another site and was refused.',
    })
}
