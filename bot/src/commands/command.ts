import type {
  APIChatInputApplicationCommandInteraction,
  APIMessageApplicationCommandInteraction,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import type { BotContext } from '../context.ts'
import type { Answer } from './answer.ts'

/** What Discord is told of a command. */
export type CommandDeclaration = RESTPutAPIApplicationCommandsJSONBody[number]

/** Where a command was used, and by whom. */
export type Use<Interaction> = {
  interaction: Interaction
  guildId: string
  userId: string
  roleIds: readonly string[]
  /** What the person may do in the channel where the command was used. */
  permissions: bigint
  /** Already deferred: the person sees that the bot is at work. */
  answer: Answer
  /** Ends when the bot stops. */
  signal: AbortSignal
}

/** A command: its declaration and what happens when somebody uses it. A thrown `AppError` with a `publicMessage` is shown to the person. */
export type Command<Interaction = never> = {
  declaration: CommandDeclaration
  execute: (context: BotContext, use: Use<Interaction>) => Promise<void>
}

export type ChatInteraction = APIChatInputApplicationCommandInteraction
export type MessageInteraction = APIMessageApplicationCommandInteraction
