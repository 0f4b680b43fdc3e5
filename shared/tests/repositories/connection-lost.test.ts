import { describe, expect, it } from 'vitest'
import { isConnectionLost, database, sql, transaction } from '../../src/db/index.ts'
import { row, useDatabase } from './fixtures.ts'

useDatabase()

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

describe('whether a failed statement may have been committed', () => {
  it('is open when the connection is cut, at once or while a transaction waits', async () => {
    const cut = transaction(async (tx) => {
      const { rows } = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      const waiting = tx.execute(sql`select pg_sleep(10)`)
      await row('select pg_terminate_backend($1)', [rows[0]!.pid])
      await waiting
    })
    expect(isConnectionLost(await failureOf(cut))).toBe(true)
  })

  it('is not when the server refused it, or our own code failed', async () => {
    expect(isConnectionLost(await failureOf(database().execute(sql`select 1 / 0`)))).toBe(false)
    expect(isConnectionLost(await failureOf(transaction(() => Promise.reject(new TypeError('no id')))))).toBe(false)
  })
})
