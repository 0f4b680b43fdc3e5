import { AppError } from '@dcs/shared/core'
import { Permission } from '@dcs/shared/domain'

/** Whether somebody with these permissions may manage the server. */
export function isManager(permissions: bigint): boolean {
  return (permissions & (Permission.ManageGuild | Permission.Administrator)) !== 0n
}

/** Checked at each use: what is declared for a command can be changed by administrators of a server. Throws `forbidden`. */
export function requireManager(permissions: bigint, what: string): void {
  if (isManager(permissions)) return
  throw new AppError('forbidden', 'A command was used without Manage Server.', {
    publicMessage: `You need the permission Manage Server to ${what}.`,
  })
}
