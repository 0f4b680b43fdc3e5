import { GatewayDispatchEvents, type Client } from '@discordjs/core'
import { AppError } from '@dcs/shared/core'
import { InteractionType, type APIInteraction } from 'discord-api-types/v10'
import { beginAnswer, type Answer } from './commands/answer.ts'
import type { ChatInteraction, Command, MessageInteraction } from './commands/command.ts'
import { commandOf, commands } from './commands/index.ts'
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
    const declarations = commands.map(({ declaration }) => declaration)
    if (await registerCommands(rest, applicationId, declarations))
      log.info({ commands: commands.length }, 'commands registered')
  } catch (error) {
    log.warn({ err: error }, 'the commands could not be registered; the next login tries again')
  }
}

async function handle(context: BotContext, interaction: APIInteraction, signal: AbortSignal): Promise<void> {
  if (interaction.type !== InteractionType.ApplicationCommand) return
  const command = commandOf(interaction)
  const { guild_id: guildId, member } = interaction
  if (!command || guildId === undefined || !member) return
  const log = context.log.child({ command: command.declaration.name, guildId, userId: member.user.id })
  let answer: Answer | null = null
  try {
    answer = await beginAnswer(context.rest, interaction)
    if (!answer) return
    await (command as Command<ChatInteraction | MessageInteraction>).execute(context, {
      interaction: interaction as ChatInteraction | MessageInteraction,
      guildId,
      userId: member.user.id,
      roleIds: member.roles,
      permissions: BigInt(member.permissions),
      answer,
      signal,
    })
  } catch (error) {
    const publicMessage = error instanceof AppError ? error.publicMessage : undefined
    if (publicMessage === undefined) log.error({ err: error }, 'a command failed')
    await answer
      ?.show(publicMessage ?? SORRY)
      .catch((err: unknown) => log.warn({ err }, 'a command could not be answered'))
  }
}
