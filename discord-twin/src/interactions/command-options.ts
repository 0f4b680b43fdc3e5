import { ApplicationCommandOptionType as OptionType } from 'discord-api-types/v10'
import type { FormProblem } from '../rest/form.ts'
import type { CommandOption } from './commands.ts'

const BRANCHES: ReadonlySet<OptionType> = new Set([OptionType.Subcommand, OptionType.SubcommandGroup])

/** What is wrong with how options stand together; each by itself is already checked. `inside` is the option they belong to. */
export function checkOptions(options: readonly CommandOption[], inside?: OptionType): FormProblem[] {
  const names = new Set<string>()
  const hasBranch = options.some(({ type }) => BRANCHES.has(type))
  let optionalSeen = false
  return options.flatMap((option, index) => {
    const problems: FormProblem[] = []
    const say = (path: PropertyKey[], code: string, message: string) =>
      problems.push({ path: [index, ...path], code, message })
    if (names.has(option.name))
      say(['name'], 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', `Option name "${option.name}" already exists`)
    names.add(option.name)
    if (option.required && optionalSeen)
      say(
        ['required'],
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      )
    optionalSeen ||= !option.required && !BRANCHES.has(option.type)
    if (hasBranch && !BRANCHES.has(option.type))
      say(
        ['type'],
        'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID',
        'Sub-command and sub-command group option types are mutually exclusive to all other types',
      )
    if (!mayStandIn(option.type, inside))
      say(['type'], 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'This option type cannot be nested here')
    for (const found of checkValues(option)) say([...found.path], found.code, found.message)
    for (const found of checkOptions(option.options ?? [], option.type))
      say(['options', ...found.path], found.code, found.message)
    return problems
  })
}

function mayStandIn(type: OptionType, inside: OptionType | undefined): boolean {
  if (inside === undefined) return true
  return inside === OptionType.SubcommandGroup ? type === OptionType.Subcommand : !BRANCHES.has(type)
}

function checkValues(option: CommandOption): FormProblem[] {
  const problems: FormProblem[] = []
  const say = (path: PropertyKey[], code: string, message: string) => problems.push({ path, code, message })
  if (option.autocomplete && option.choices?.length)
    say(
      ['autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES_INVALID',
      'Autocomplete options cannot have choices',
    )
  if ((option.min_value ?? -Infinity) > (option.max_value ?? Infinity))
    say(
      ['max_value'],
      'APPLICATION_COMMAND_OPTIONS_MIN_MAX_VALUE_INVALID',
      'Minimum value is greater than maximum value',
    )
  if ((option.min_length ?? 0) > (option.max_length ?? Infinity))
    say(
      ['max_length'],
      'APPLICATION_COMMAND_OPTIONS_MIN_MAX_LENGTH_INVALID',
      'Minimum length is greater than maximum length',
    )
  const names = new Set<string>()
  for (const [index, { name, value }] of (option.choices ?? []).entries()) {
    if (names.has(name))
      say(
        ['choices', index, 'name'],
        'APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS',
        `The choice ${name} already exists`,
      )
    names.add(name)
    const fits =
      option.type === OptionType.String
        ? typeof value === 'string'
        : typeof value === 'number' && (option.type !== OptionType.Integer || Number.isInteger(value))
    if (!fits)
      say(
        ['choices', index, 'value'],
        option.type === OptionType.String ? 'STRING_TYPE_CONVERT' : 'NUMBER_TYPE_COERCE',
        option.type === OptionType.String
          ? `Could not interpret "${value}" as string.`
          : `Value "${value}" is not int.`,
      )
  }
  return problems
}
