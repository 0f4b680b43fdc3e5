import { API } from '@discordjs/core'
import type { REST } from '@discordjs/rest'
import type { APIApplicationCommand } from 'discord-api-types/v10'
import { isDeepStrictEqual } from 'node:util'
import type { CommandDeclaration } from './command.ts'

/**
 * Makes the application's global commands the given ones, when they are not already. Returns whether anything had to change. Commands of the application
 * that are not among them are removed.
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  declarations: readonly CommandDeclaration[],
): Promise<boolean> {
  const { applicationCommands } = new API(rest)
  const registered = await applicationCommands.getGlobalCommands(applicationId)
  if (isSame(declarations, registered)) return false
  await applicationCommands.bulkOverwriteGlobalCommands(applicationId, [...declarations])
  return true
}

function isSame(declared: readonly CommandDeclaration[], registered: readonly APIApplicationCommand[]): boolean {
  return (
    declared.length === registered.length &&
    declared.every((declaration) =>
      registered.some((command) => command.name === declaration.name && contains(command, declaration)),
    )
  )
}

/** Whether `actual` says everything that `wanted` says; what Discord adds (ids, defaults) does not count. */
function contains(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((item, index) => contains(actual[index], item))
    )
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(actual, wanted)
  return Object.entries(wanted).every(([key, value]) => contains(Reflect.get(Object(actual), key), value))
}
