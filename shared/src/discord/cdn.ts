/** Base address of a CDN host: https, or http for one on this machine. */
export function cdnUrl(host: string): string {
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`
}

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

/** Whether bytes may be fetched from this address: a listed host with its port, over https unless the host is this machine, no sign-in inside. */
export function isCdnUrl(cdnHosts: readonly string[], url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  if (username || password) return false
  return cdnHosts.some((allowed) => {
    const base = new URL(cdnUrl(allowed))
    return base.host === host && (protocol === 'https:' || protocol === base.protocol)
  })
}

function imageUrl(cdnHosts: readonly string[], folder: string, id: string, hash: string | null | undefined) {
  const [host] = cdnHosts
  return host && hash ? `${cdnUrl(host)}/${folder}/${id}/${hash}.png` : null
}

function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}`)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
