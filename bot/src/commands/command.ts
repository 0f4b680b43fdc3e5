import type {
  APIChatInputApplicationCommandInteraction,
  APIMessageApplicationCommandInteraction,
  APIMessageComponentInteraction,
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

/** Who used a command about themselves, or clicked a button of its answer: in a server or in a message to the bot. */
export type PersonalUse<Interaction> = Pick<Use<Interaction>, 'interaction' | 'userId' | 'answer' | 'signal'>

/** A command that is about who uses it, whatever the server. */
export type PersonalCommand = {
  declaration: CommandDeclaration
  executePersonal: (context: BotContext, use: PersonalUse<ChatInteraction>) => Promise<void>
  /** Buttons whose ids begin with this are the command's. */
  buttonPrefix: string
  click: (context: BotContext, use: PersonalUse<ButtonInteraction>) => Promise<void>
}

export type ButtonInteraction = APIMessageComponentInteraction
export type ChatInteraction = APIChatInputApplicationCommandInteraction
export type MessageInteraction = APIMessageApplicationCommandInteraction
