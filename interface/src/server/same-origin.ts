import { AppError } from '@dcs/shared/core'

/**
 * Refuses a change that another site made the browser send. A browser names the page's origin with every POST and DELETE; a program that is not
 * a browser names none and carries no stolen cookie.
 */
export function requireSameOrigin(headers: Headers, publicUrl: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const isForeign = origin === null ? site !== null && site !== 'same-origin' : origin !== new URL(publicUrl).origin
  if (isForeign)
    throw new AppError('forbidden', 'a change was asked for by another site', {
      publicMessage: 'This request came from another site and was refused.',
    })
}
