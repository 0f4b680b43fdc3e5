import path from 'node:path'
import type { NextConfig } from 'next'

const repositoryRoot = path.resolve(import.meta.dirname, '..')

// The policy for pages carries a nonce and is made per request in src/proxy.ts; these hold for every answer.
const headers = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
]

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ['@dcs/shared'],
  turbopack: { root: repositoryRoot },
  outputFileTracingRoot: repositoryRoot,
  headers: async () => [
    { source: '/:path*', headers },
    {
      source: '/api/:path*',
      headers: [
        { key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'" },
        { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
      ],
    },
  ],
}

export default config
