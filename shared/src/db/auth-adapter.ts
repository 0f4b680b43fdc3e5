import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { database } from './config.ts'
import { authAccount, authSession, authUser, authVerification } from './models/index.ts'

/** The storage of the sign-in library: its tables in the schema `auth`. */
export function authAdapter(): ReturnType<typeof drizzleAdapter> {
  return drizzleAdapter(database(), {
    provider: 'pg',
    schema: {
      user: authUser,
      session: authSession,
      account: authAccount,
      verification: authVerification,
    },
  })
}
