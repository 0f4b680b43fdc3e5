import pg from 'pg'

/**
 * A pool that outlives its connections: one that breaks is replaced, and what was asked on it fails. Without listeners it would end the process, one while it is idle, the other in
 * the moment between being handed out and being used.
 */
export function openPool(options: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ connectionTimeoutMillis: 10_000, ...options })
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
  })
  return pool
}
