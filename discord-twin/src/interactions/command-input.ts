import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10'
import type { CommandOption } from './commands.ts'
import { NotPossible } from './not-possible.ts'
import type { GivenFile, Resolved } from './resolved.ts'

/** What a person enters for an option. */
export type OptionValue = string | number | boolean | GivenFile

type DataOption = { type: OptionType; name: string; value?: unknown; focused?: true; options?: DataOption[] }

/** What a person enters, in the form an interaction has it. `branch` are the names of group and subcommand. `focused` is the option that is being typed, where everything may still be missing. */
export function toDataOptions(
  options: readonly CommandOption[],
  branch: readonly string[],
  values: Readonly<Record<string, OptionValue>>,
  resolved: Resolved,
  focused?: string,
): DataOption[] {
  const [name, ...rest] = branch
  const branches = options.filter(({ type }) => type === OptionType.Subcommand || type === OptionType.SubcommandGroup)
  if (branches.length > 0) {
    const taken = branches.find((option) => option.name === name)
    if (!taken) throw new NotPossible(`The command has no subcommand "${name ?? ''}".`)
    const inner = toDataOptions(taken.options ?? [], rest, values, resolved, focused)
    return [{ type: taken.type, name: taken.name, options: inner }]
  }
  if (name !== undefined) throw new NotPossible(`The command has no subcommand "${name}".`)
  for (const given of Object.keys(values))
    if (!options.some((option) => option.name === given)) throw new NotPossible(`The command has no option "${given}".`)
  return options.flatMap((option): DataOption[] => {
    const value = values[option.name]
    const isFocused = option.name === focused
    if (value === undefined) {
      if (option.required && focused === undefined) throw new NotPossible(`Option "${option.name}" is required.`)
      return isFocused ? [{ type: option.type, name: option.name, value: '', focused: true }] : []
    }
    // What is being typed is text, whatever the option's type.
    if (isFocused)
      return [
        { type: option.type, name: option.name, value: typeof value === 'object' ? '' : String(value), focused: true },
      ]
    return [{ type: option.type, name: option.name, value: checkValue(option, value, resolved) }]
  })
}

function checkValue(option: CommandOption, value: OptionValue, resolved: Resolved): string | number | boolean {
  const refuse = (why: string) => new NotPossible(`Option "${option.name}" ${why}.`)
  const { type, choices } = option
  if (typeof value === 'object') {
    if (type !== OptionType.Attachment) throw refuse('does not take a file')
    return resolved.addFile(value)
  }
  if (choices && !option.autocomplete && !choices.some((choice) => choice.value === value))
    throw refuse('must be one of its choices')
  switch (type) {
    case OptionType.Boolean:
      if (typeof value !== 'boolean') throw refuse('must be true or false')
      return value
    case OptionType.Integer:
    case OptionType.Number:
      if (typeof value !== 'number' || (type === OptionType.Integer && !Number.isInteger(value)))
        throw refuse('must be a number')
      if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
        throw refuse('is out of range')
      return value
    case OptionType.Attachment:
      throw refuse('must be a file')
    default:
  }
  if (typeof value !== 'string') throw refuse('must be text')
  if (type === OptionType.User) resolved.addUser(value)
  if (type === OptionType.Role) resolved.addRole(value)
  if (type === OptionType.Channel) resolved.addChannel(value, option.channel_types)
  if (type === OptionType.Mentionable) resolved.addMentionable(value)
  if (
    type === OptionType.String &&
    (value.length < (option.min_length ?? 0) || value.length > (option.max_length ?? 6000))
  )
    throw refuse('is too short or too long')
  return value
}
