import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{shared,bot,worker,interface,discord-twin,cli,bench,e2e}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/.next/**'],
    globalSetup: ['shared/tests/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
