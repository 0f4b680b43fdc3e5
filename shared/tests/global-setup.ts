import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { openEmbeddedPostgres } from '../src/db/embedded/embedded-postgres.ts'

declare module 'vitest' {
  // oxlint-disable-next-line typescript/consistent-type-definitions -- only an interface can be added to
  export interface ProvidedContext {
    /** The server that all tests share; every test file makes databases of its own on it. */
    testServerUrl: string
  }
}

/** One Postgres for the whole run: TEST_DATABASE_URL, or an embedded one in a folder that is removed afterwards. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  if (given) {
    project.provide('testServerUrl', given)
    return async () => {}
  }
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'dcs-test-'))
  fs.chmodSync(folder, 0o755)
  const server = await openEmbeddedPostgres(folder, { database: 'postgres' })
  project.provide('testServerUrl', server.url)
  return async () => {
    await server.release()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
