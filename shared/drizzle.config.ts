import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/db/models/index.ts',
  out: './src/db/migrations',
  schemaFilter: ['public', 'auth'],
})
