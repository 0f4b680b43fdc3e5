import { GatewayDispatchEvents, type Client } from '@discordjs/core'
import { AppError } from '@dcs/shared/core'
import { InteractionType, type APIInteraction } from 'discord-api-types/v10'
import { beginAnswer, type Answer } from './commands/answer.ts'
import type { ChatInteraction, Command, MessageInteraction } from './commands/command.ts'
import { buttonCommandOf, commandOf, declarations, personalCommandOf } from './commands/index.ts'
import { registerCommands } from './commands/register.ts'
import type { BotContext } from './context.ts'

const SORRY =
  'That did not work because of a fault of the program. Try again; if it stays like this, tell whoever runs it.'

/**
 * Offers the commands to Discord at each login, and does what people ask with them. They do not wait for the events of the gateway, since Discord gives an
 * answer three seconds. `stop` ends the following of scans; the scans themselves go on.
 */
export function startInteractions(
  client: Client,
  context: BotContext,
): { idle: () => Promise<void>; stop: () => Promise<void> } {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const run = (work: Promise<void>) => {
    const done: Promise<void> = work.finally(() => running.delete(done))
    running.add(done)
  }
  client.on(GatewayDispatchEvents.Ready, ({ data }) => run(offer(context, data.application.id)))
  client.on(GatewayDispatchEvents.InteractionCreate, ({ data }) => run(handle(context, data, stopping.signal)))
  const idle = async () => {
    while (running.size > 0) await Promise.all(running)
  }
  return {
    idle,
    stop: async () => {
      stopping.abort()
      await idle()
    },
  }
}

async function offer({ rest, log }: BotContext, applicationId: string): Promise<void> {
  try {
    if (await registerCommands(rest, applicationId, declarations))
      log.info({ commands: declarations.length }, 'commands registered')
  } catch (error) {
    log.warn({ err: error }, 'the commands could not be registered; the next login tries again')
  }
}

async function handle(context: BotContext, interaction: APIInteraction, signal: AbortSignal): Promise<void> {
  const userId = interaction.member?.user.id ?? interaction.user?.id
  if (userId === undefined) return
  if (interaction.type === InteractionType.MessageComponent) {
    const command = buttonCommandOf(interaction)
    if (!command) return
    const name = command.declaration.name
    return answered(context, interaction, { command: name, userId }, (answer) =>
      command.click(context, { interaction, userId, answer, signal }),
    )
  }
  if (interaction.type !== InteractionType.ApplicationCommand) return
  const personal = personalCommandOf(interaction)
  if (personal)
    return answered(context, interaction, { command: personal.declaration.name, userId }, (answer) =>
      personal.executePersonal(context, { interaction: interaction as ChatInteraction, userId, answer, signal }),
    )
  const command = commandOf(interaction)
  const { guild_id: guildId, member } = interaction
  if (!command || guildId === undefined || !member) return
  await answered(context, interaction, { command: command.declaration.name, guildId, userId }, (answer) =>
    (command as Command<ChatInteraction | MessageInteraction>).execute(context, {
      interaction: interaction as ChatInteraction | MessageInteraction,
      guildId,
      userId,
      roleIds: member.roles,
      permissions: BigInt(member.permissions),
      answer,
      signal,
    }),
  )
}

async function answered(
  context: BotContext,
  interaction: APIInteraction,
  about: { command: string; guildId?: string; userId: string },
  work: (answer: Answer) => Promise<void>,
): Promise<void> {
  const log = context.log.child(about)
  let answer: Answer | null = null
  try {
    answer = await beginAnswer(context.rest, interaction)
    if (!answer) return
    await work(answer)
  } catch (error) {
    const publicMessage = error instanceof AppError ? error.publicMessage : undefined
    if (publicMessage === undefined) log.error({ err: error }, 'a command failed')
    await answer
      ?.show(publicMessage ?? SORRY)
      .catch((err: unknown) => log.warn({ err }, 'a command could not be answered'))
  }
}
