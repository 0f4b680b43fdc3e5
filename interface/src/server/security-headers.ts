/** What every answer carries, whatever it is. The policy for scripts and styles of pages is made for each of them. */
export function securityHeaders(options: { isSecure: boolean }): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'x-permitted-cross-domain-policies': 'none',
    'x-dns-prefetch-control': 'off',
    'content-security-policy': NOT_A_PAGE,
    ...(options.isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
  }
}

/** Nothing in an answer that is not a page may run or load, also when a browser is made to open it as one: bytes come from strangers. */
const NOT_A_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

const REFUSED =
  'accelerometer browsing-topics camera display-capture geolocation gyroscope hid magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial usb xr-spatial-tracking'

const PERMISSIONS = [
  ...REFUSED.split(' ').map((feature) => `${feature}=()`),
  ...['autoplay', 'clipboard-write', 'fullscreen', 'picture-in-picture'].map((feature) => `${feature}=(self)`),
].join(', ')
