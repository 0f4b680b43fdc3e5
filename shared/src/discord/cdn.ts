import { cdnUrl } from '../domain/hosts.ts'

export { cdnUrl, isCdnUrl } from '../domain/hosts.ts'

/** Full address of a person's avatar, or null when they have none. */
export function avatarUrl(cdnHosts: readonly string[], userId: string, hash: string | null | undefined): string | null {
  return imageUrl(cdnHosts, 'avatars', userId, hash)
}

/** Full address of a guild's icon, or null when it has none. */
export function guildIconUrl(
  cdnHosts: readonly string[],
  guildId: string,
  hash: string | null | undefined,
): string | null {
  return imageUrl(cdnHosts, 'icons', guildId, hash)
}

function imageUrl(cdnHosts: readonly string[], folder: string, id: string, hash: string | null | undefined) {
  const [host] = cdnHosts
  return host && hash ? `${cdnUrl(host)}/${folder}/${id}/${hash}.png` : null
}
