import type { Command, CommandOption } from '../interactions/commands.ts'

/** A command as Discord sends it; lists leave translations out unless they are asked for. */
export function commandPayload(applicationId: string, command: Command, withTranslations = true) {
  const { id, guildId, version, options, dm_permission: inDirectMessages, ...body } = command
  const payload = {
    id,
    application_id: applicationId,
    version,
    ...body,
    ...(guildId === null ? { dm_permission: inDirectMessages } : { guild_id: guildId }),
    ...(options.length > 0 ? { options: options.map((option) => optionPayload(option, withTranslations)) } : {}),
  }
  return withTranslations ? payload : withoutTranslations(payload)
}

function optionPayload(option: CommandOption, withTranslations: boolean): CommandOption {
  const { options, choices, ...rest } = option
  const payload: CommandOption = {
    ...rest,
    ...(choices ? { choices: choices.map((choice) => (withTranslations ? choice : withoutTranslations(choice))) } : {}),
    ...(options?.length ? { options: options.map((inner) => optionPayload(inner, withTranslations)) } : {}),
  }
  return withTranslations ? payload : withoutTranslations(payload)
}

function withoutTranslations<T extends object>(thing: T): T {
  return Object.fromEntries(Object.entries(thing).filter(([key]) => !key.endsWith('_localizations'))) as T
}
