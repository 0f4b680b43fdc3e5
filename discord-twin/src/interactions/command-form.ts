import {
  ApplicationCommandOptionType as OptionType,
  ApplicationCommandType as CommandType,
  ChannelType,
  Locale,
} from 'discord-api-types/v10'
import * as z from 'zod'
import { parseForm } from '../rest/form.ts'
import { checkOptions } from './command-options.ts'
import type { CommandBody, CommandOption } from './commands.ts'

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

const length = (min: number, max: number) =>
  z.string().refine((text) => text.length >= min && text.length <= max, {
    message: `Must be between ${min} and ${max} in length.`,
    params: { code: 'BASE_TYPE_BAD_LENGTH' },
  })
const invalidName = { message: 'Command name is invalid', params: { code: 'APPLICATION_COMMAND_INVALID_NAME' } }
const isChatName = (name: string) => NAME.test(name) && name === name.toLowerCase()
const zChatName = length(1, 32).refine(isChatName, invalidName)
const localized = <T extends z.ZodType<string>>(text: T) => z.partialRecord(z.enum(Locale), text).nullish()

const zChoice = z.object({
  name: length(1, 100),
  name_localizations: localized(length(1, 100)),
  value: z.union([z.string().max(6000), z.number()]),
})

const zOption: z.ZodType<CommandOption> = z.lazy(() =>
  z
    .object({
      type: z.enum(OptionType),
      name: zChatName,
      name_localizations: localized(zChatName),
      description: length(1, 100),
      description_localizations: localized(length(1, 100)),
      required: z.boolean().nullish(),
      autocomplete: z.boolean().nullish(),
      choices: z.array(zChoice).max(25).nullish(),
      options: z.array(zOption).max(25).nullish(),
      channel_types: z.array(z.enum(ChannelType)).nullish(),
      min_value: z.number().nullish(),
      max_value: z.number().nullish(),
      min_length: z.int().min(0).max(6000).nullish(),
      max_length: z.int().min(1).max(6000).nullish(),
    })
    .transform(tidyOption),
)

const fields = {
  name: length(1, 32),
  name_localizations: localized(length(1, 32)),
  description: z.string().max(100).nullish(),
  description_localizations: localized(length(1, 100)),
  options: z.array(zOption).max(25).nullish(),
  default_member_permissions: z
    .union([z.string().regex(/^\d{1,20}$/), z.int().min(0)])
    .nullish()
    .transform((bits) => (bits === null || bits === undefined ? bits : String(bits))),
  dm_permission: z.boolean().nullish(),
  contexts: z.array(z.union([z.literal(0), z.literal(1), z.literal(2)])).nullish(),
  integration_types: z.array(z.union([z.literal(0), z.literal(1)])).nullish(),
  nsfw: z.boolean().nullish(),
}
const type = z.union([z.literal(CommandType.ChatInput), z.literal(CommandType.User), z.literal(CommandType.Message)])

const zCreate = z.object({ ...fields, type: type.nullish() }).check((check) => {
  check.issues.push(...problemsOf(check.value).map((problem) => ({ ...problem, input: check.value })))
})
const zBulk = z
  .array(z.object({ ...fields, type: type.nullish(), id: z.string().nullish() }))
  .max(130)
  .check((check) => {
    const seen = new Set<string>()
    for (const [index, command] of check.value.entries()) {
      const problems = problemsOf(command)
      const key = `${command.type ?? 1} ${command.name}`
      if (seen.has(key))
        problems.push(
          problem(['name'], 'APPLICATION_COMMANDS_DUPLICATE_NAME', 'Application command names must be unique'),
        )
      seen.add(key)
      check.issues.push(...problems.map((found) => ({ ...found, path: [index, ...found.path], input: check.value })))
    }
  })
const zPatch = z.object(fields).partial()

/** A new command. Throws Discord's form error. */
export function parseCommand(value: unknown): CommandBody {
  return toBody(parseForm(zCreate, value))
}

/** The whole new list of commands. Throws Discord's form error with the place in the list. */
export function parseCommands(value: unknown): CommandBody[] {
  return parseForm(zBulk, value).map(toBody)
}

/** A command with changes; its type stays. Throws Discord's form error. */
export function parseCommandChanges(value: unknown, before: CommandBody): CommandBody {
  const changes = Object.fromEntries(
    Object.entries(parseForm(zPatch, value)).filter(([, field]) => field !== undefined),
  )
  return parseCommand({ ...before, ...changes, type: before.type })
}

function toBody(parsed: Omit<z.output<typeof zCreate>, never>): CommandBody {
  return {
    type: parsed.type ?? CommandType.ChatInput,
    name: parsed.name,
    name_localizations: parsed.name_localizations ?? null,
    description: parsed.description ?? '',
    description_localizations: parsed.description_localizations ?? null,
    options: parsed.options ?? [],
    default_member_permissions: parsed.default_member_permissions ?? null,
    dm_permission: parsed.dm_permission ?? true,
    contexts: parsed.contexts ?? null,
    integration_types: parsed.integration_types ?? [0],
    nsfw: parsed.nsfw ?? false,
  }
}

function problemsOf(command: z.output<typeof zCreate> | z.output<typeof zBulk>[number]) {
  const problems: ReturnType<typeof problem>[] = []
  const kind = command.type ?? CommandType.ChatInput
  if (kind === CommandType.ChatInput) {
    if (!isChatName(command.name)) problems.push(problem(['name'], invalidName.params.code, invalidName.message))
    if (!command.description) problems.push(problem(['description'], 'BASE_TYPE_REQUIRED', 'This field is required'))
    for (const found of checkOptions(command.options ?? []))
      problems.push(problem(['options', ...found.path], found.code, found.message))
    if (sizeOf(command) > 8000)
      problems.push(problem([], 'APPLICATION_COMMAND_TOO_LARGE', 'Command exceeds maximum size (8000)'))
    return problems
  }
  if (command.description)
    problems.push(
      problem(
        ['description'],
        'CONTEXT_MENU_COMMAND_DESCRIPTION_NOT_ALLOWED',
        'Context menu commands cannot have description',
      ),
    )
  if (command.options?.length)
    problems.push(
      problem(['options'], 'CONTEXT_MENU_COMMAND_OPTIONS_NOT_ALLOWED', 'Context menu commands cannot have options'),
    )
  return problems
}

function problem(path: readonly PropertyKey[], code: string, message: string) {
  return { code: 'custom' as const, path: [...path], message, params: { code } }
}

/** Names, descriptions and values together; of a text with translations the longest counts. */
function sizeOf(part: {
  name: string
  description?: string | null
  options?: readonly CommandOption[] | null
  choices?: CommandOption['choices']
}): number {
  const inner = (part.options ?? []).reduce((sum, option) => sum + sizeOf(option), 0)
  const choices = (part.choices ?? []).reduce((sum, { name, value }) => sum + name.length + String(value).length, 0)
  return part.name.length + (part.description?.length ?? 0) + inner + choices
}

/** Leaves out what was not said, and what the type does not have. */
function tidyOption(option: CommandOption): CommandOption {
  const has = (...types: OptionType[]) => types.includes(option.type)
  const numeric = has(OptionType.Integer, OptionType.Number)
  const typed = numeric || has(OptionType.String)
  const { type: kind, name, description, name_localizations: names, description_localizations: descriptions } = option
  return {
    type: kind,
    name,
    name_localizations: names ?? null,
    description,
    description_localizations: descriptions ?? null,
    ...(option.required ? { required: true } : {}),
    ...(typed && option.autocomplete ? { autocomplete: true } : {}),
    ...(typed && option.choices?.length
      ? {
          choices: option.choices.map((choice) => ({
            ...choice,
            name_localizations: choice.name_localizations ?? null,
          })),
        }
      : {}),
    ...(has(OptionType.Subcommand, OptionType.SubcommandGroup) ? { options: option.options ?? [] } : {}),
    ...(has(OptionType.Channel) && option.channel_types?.length ? { channel_types: option.channel_types } : {}),
    ...(numeric && typeof option.min_value === 'number' ? { min_value: option.min_value } : {}),
    ...(numeric && typeof option.max_value === 'number' ? { max_value: option.max_value } : {}),
    ...(has(OptionType.String) && typeof option.min_length === 'number' ? { min_length: option.min_length } : {}),
    ...(has(OptionType.String) && typeof option.max_length === 'number' ? { max_length: option.max_length } : {}),
  }
}
