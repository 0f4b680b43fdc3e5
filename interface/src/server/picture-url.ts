import { cdnUrl, isCdnUrl } from '@dcs/shared/discord'

/**
 * The address of a stored avatar or icon as browsers may load it now. One from a CDN that is not configured any more (another host or port than when it
 * was stored) is looked for under the same path on the present one; anything else is left out.
 */
export function pictureUrl(cdnHosts: readonly string[], stored: string | null): string | null {
  if (stored === null || isCdnUrl(cdnHosts, stored)) return stored
  const [host] = cdnHosts
  if (!host || !URL.canParse(stored)) return null
  const { pathname } = new URL(stored)
  return /^\/(avatars|icons|guilds)\/[\w/.-]+$/.test(pathname) ? cdnUrl(host) + pathname : null
}
