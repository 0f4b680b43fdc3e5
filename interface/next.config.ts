import path from 'node:path'
import type { NextConfig } from 'next'

const repositoryRoot = path.resolve(import.meta.dirname, '..')

// The headers of every answer are set in src/server/request-guard.ts, before Next sees a request.
const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ['@dcs/shared'],
  turbopack: { root: repositoryRoot },
  outputFileTracingRoot: repositoryRoot,
}

export default config
