import type { DiscordConfig } from '@dcs/shared/config'
import { cdnUrl } from '@dcs/shared/discord'

/** The policy of a page: scripts with the nonce only, pictures from here and Discord's CDN, everything else from here or not at all. */
export function contentSecurityPolicy(
  nonce: string,
  discord: Pick<DiscordConfig, 'cdnHosts'>,
  options: { isSecure: boolean; isDev: boolean },
): string {
  const pictures = discord.cdnHosts.map(cdnUrl).join(' ')
  return [
    "default-src 'none'",
    // React's development build evaluates code to show server stacks.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${options.isDev ? " 'unsafe-eval'" : ''}`,
    // The player's controls and the notices bring styles of their own, made in the browser, which know no nonce.
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob: ${pictures}`,
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "frame-src 'none'",
    "worker-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(options.isSecure ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}
