import type {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
} from 'discord-api-types/v10'
import { isDeepStrictEqual } from 'node:util'
import { ApiError } from '../rest/errors.ts'

type Texts = Record<string, string> | null

/** An option of a command, in Discord's words. */
export type CommandOption = {
  type: ApplicationCommandOptionType
  name: string
  name_localizations?: Texts | undefined
  description: string
  description_localizations?: Texts | undefined
  required?: boolean | null | undefined
  autocomplete?: boolean | null | undefined
  choices?: { name: string; name_localizations?: Texts | undefined; value: string | number }[] | null | undefined
  options?: CommandOption[] | null | undefined
  channel_types?: ChannelType[] | null | undefined
  min_value?: number | null | undefined
  max_value?: number | null | undefined
  min_length?: number | null | undefined
  max_length?: number | null | undefined
}

/** What the application says of a command, in Discord's words, with defaults filled in. */
export type CommandBody = {
  type: ApplicationCommandType
  name: string
  name_localizations: Texts
  description: string
  description_localizations: Texts
  options: CommandOption[]
  default_member_permissions: string | null
  dm_permission: boolean
  contexts: InteractionContextType[] | null
  integration_types: ApplicationIntegrationType[]
  nsfw: boolean
}

/** A registered command; `guildId` null: global. */
export type Command = CommandBody & { id: string; guildId: string | null; version: string }

/** How many commands of a type one scope may have. */
const LIMITS: Record<number, number> = { 1: 100, 2: 15, 3: 15 }

/** The commands that the application has registered, globally and per guild. */
export class Commands {
  readonly #byId = new Map<string, Command>()
  readonly #nextId: () => string

  constructor(nextId: () => string) {
    this.#nextId = nextId
  }

  list(guildId: string | null): Command[] {
    return [...this.#byId.values()].filter((command) => command.guildId === guildId)
  }

  find(guildId: string | null, id: string): Command | undefined {
    const command = this.#byId.get(id)
    return command?.guildId === guildId ? command : undefined
  }

  /** The command people get by this name in a guild: the guild's own hides a global one. */
  findForUse(guildId: string, type: ApplicationCommandType, name: string): Command | undefined {
    const named = (command: Command) => command.type === type && command.name === name
    return this.list(guildId).find(named) ?? this.list(null).find(named)
  }

  /** Registers a command; one of the same name and type is replaced and keeps its id. */
  upsert(guildId: string | null, body: CommandBody): { command: Command; isNew: boolean } {
    const known = this.list(guildId).find(({ type, name }) => type === body.type && name === body.name)
    if (known) return { command: this.update(known, body), isNew: false }
    const limit = LIMITS[body.type] ?? 1
    if (this.list(guildId).filter(({ type }) => type === body.type).length >= limit)
      throw new ApiError(400, 30_032, `Maximum number of application commands reached (${limit})`)
    const command = { ...body, id: this.#nextId(), guildId, version: this.#nextId() }
    this.#byId.set(command.id, command)
    return { command, isNew: true }
  }

  /** Changes a command. The version changes only with the command. */
  update(before: Command, body: CommandBody): Command {
    const { id, guildId, version, ...known } = before
    const command = isDeepStrictEqual(known, body) ? before : { ...body, id, guildId, version: this.#nextId() }
    if (version !== command.version) this.#byId.set(id, command)
    return command
  }

  remove(command: Command): void {
    this.#byId.delete(command.id)
  }

  /** Puts a list in place of all commands of a scope; those of the same name and type keep their ids. */
  replace(guildId: string | null, bodies: readonly CommandBody[]): Command[] {
    for (const [type, limit] of Object.entries(LIMITS))
      if (bodies.filter((body) => String(body.type) === type).length > limit)
        throw new ApiError(400, 30_032, `Maximum number of application commands reached (${limit})`)
    for (const command of this.list(guildId))
      if (!bodies.some(({ type, name }) => type === command.type && name === command.name)) this.remove(command)
    return bodies.map((body) => this.upsert(guildId, body).command)
  }
}
