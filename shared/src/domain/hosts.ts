/** Base address of a CDN host: https, or http for one on this machine. */
export function cdnUrl(host: string): string {
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`
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

/** Whether a video may be fetched from this address: https on the usual port of a listed host or of a subdomain, no sign-in inside. */
export function isLinkUrl(linkHosts: readonly string[], url: string): boolean {
  if (linkHosts.length === 0 || !URL.canParse(url)) return false
  const { protocol, hostname, port, username, password } = new URL(url)
  if (protocol !== 'https:' || port || username || password) return false
  return linkHosts.some((host) => hostname === host.toLowerCase() || hostname.endsWith(`.${host.toLowerCase()}`))
}

function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}`)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
