import {
  ApplicationCommandType as CommandType,
  InteractionType,
  PermissionFlagsBits as Bits,
} from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { canRead } from '../world/permissions.ts'
import type { Channel, Message } from '../world/types.ts'
import { findShown } from './answers.ts'
import { toDataOptions, type OptionValue } from './command-input.ts'
import type { Command } from './commands.ts'
import { allComponents, toComponentData, toFormComponents, type FieldValue } from './component-input.ts'
import { createHandle, type InteractionHandle } from './handle.ts'
import type { Interaction, NewInteraction } from './interactions.ts'
import { NotPossible } from './not-possible.ts'
import { interactionPayload } from './payload.ts'
import { createResolved, type Resolved } from './resolved.ts'

type Somewhere = { userId: string; channelId: string }
type Options = Readonly<Record<string, OptionValue>>

/** What people can do with the application. Each throws `NotPossible` for what Discord's app would not offer them. */
export type People = {
  /** `name` may be followed by group and subcommand: "clips search". */
  useCommand: (use: Somewhere & { name: string; options?: Options }) => InteractionHandle
  useMessageCommand: (use: Somewhere & { name: string; messageId: string }) => InteractionHandle
  useUserCommand: (use: Somewhere & { name: string; targetId: string }) => InteractionHandle
  /** Asks for suggestions while an option is typed. */
  autocomplete: (
    use: Somewhere & { name: string; focused: string; value?: string; options?: Options },
  ) => InteractionHandle
  click: (use: { userId: string; messageId: string; customId: string; channelId?: string }) => InteractionHandle
  select: (use: {
    userId: string
    messageId: string
    customId: string
    values: readonly string[]
    channelId?: string
  }) => InteractionHandle
  /** Sends the form that `interactionId`, or the newest one with `customId`, was answered with. */
  submitForm: (use: {
    userId: string
    interactionId?: string
    customId?: string
    fields: Readonly<Record<string, FieldValue>>
  }) => InteractionHandle
}

/** The people of a twin. */
export function createPeople(context: TwinContext): People {
  const { interactions, commands, world } = context

  return {
    useCommand: ({ userId, channelId, name, options = {} }) => {
      const { command, channel, branch } = requireCommand({ userId, channelId }, name, CommandType.ChatInput)
      const resolved = createResolved(context, channel, userId)
      const data = toDataOptions(command.options, branch, options, resolved)
      return start(
        { ...inCommand(userId, channel, command), type: InteractionType.ApplicationCommand },
        { ...commandData(command), ...(data.length > 0 ? { options: data } : {}), ...resolved.fields() },
      )
    },
    autocomplete: ({ userId, channelId, name, focused, value = '', options = {} }) => {
      const { command, channel, branch } = requireCommand({ userId, channelId }, name, CommandType.ChatInput)
      const resolved = createResolved(context, channel, userId)
      const data = toDataOptions(command.options, branch, { ...options, [focused]: value }, resolved, focused)
      requireAutocomplete(command, branch, focused)
      return start(
        { ...inCommand(userId, channel, command), type: InteractionType.ApplicationCommandAutocomplete },
        { ...commandData(command), options: data, ...resolved.fields() },
      )
    },
    useMessageCommand: ({ userId, channelId, name, messageId }) => {
      const { command, channel } = requireCommand({ userId, channelId }, name, CommandType.Message)
      const message = requireSeen(userId, channel, messageId)
      const resolved = createResolved(context, channel, userId)
      resolved.addMessage(message)
      return startOn(userId, channel, command, resolved, { targetUserId: null, targetMessageId: messageId })
    },
    useUserCommand: ({ userId, channelId, name, targetId }) => {
      const { command, channel } = requireCommand({ userId, channelId }, name, CommandType.User)
      const resolved = createResolved(context, channel, userId)
      resolved.addUser(targetId)
      return startOn(userId, channel, command, resolved, { targetUserId: targetId, targetMessageId: null })
    },
    click: (use) => useComponent(use),
    select: (use) => useComponent(use),
    submitForm: ({ userId, interactionId, customId, fields }) => {
      const openedBy = interactions.findForm(userId, interactionId, customId)
      if (!openedBy?.answer?.modal) throw new NotPossible('That form is not open.')
      const { modal } = openedBy.answer
      const channel = world.requireChannel(openedBy.channelId)
      const resolved = createResolved(context, channel, userId)
      const components = toFormComponents(modal.components, fields, resolved)
      const { sourceMessageId } = openedBy
      interactions.closeForm(openedBy)
      return start(
        {
          type: InteractionType.ModalSubmit,
          userId,
          guildId: channel.guildId,
          channelId: channel.id,
          command: null,
          sourceMessageId,
          openedBy,
        },
        { custom_id: modal.custom_id, components, ...resolved.fields() },
        sourceMessageId === null ? undefined : findShown(context, channel.id, sourceMessageId),
      )
    },
  }

  function start(about: NewInteraction, data: Record<string, unknown>, message?: Message): InteractionHandle {
    const interaction: Interaction = interactions.begin(about)
    world.emit({
      kind: 'interaction-created',
      guildId: about.guildId,
      payload: interactionPayload(context, interaction, data, message),
    })
    return createHandle(context, interaction)
  }

  function startOn(
    userId: string,
    channel: Channel,
    command: Command,
    resolved: Resolved,
    target: { targetUserId: string | null; targetMessageId: string | null },
  ): InteractionHandle {
    const about = inCommand(userId, channel, command)
    return start(
      { ...about, type: InteractionType.ApplicationCommand, command: { ...about.command, ...target } },
      {
        ...commandData(command),
        target_id: target.targetMessageId ?? target.targetUserId,
        ...resolved.fields(),
      },
    )
  }

  function useComponent(use: {
    userId: string
    messageId: string
    customId: string
    channelId?: string
    values?: readonly string[]
  }): InteractionHandle {
    const channel = findChannelOf(use.messageId, use.channelId)
    if (!channel) throw new NotPossible(`There is no message ${use.messageId}.`)
    const message = requireSeen(use.userId, channel, use.messageId)
    const { applicationId } = context.webhooks.find(message.webhook?.id ?? '') ?? {}
    if (message.authorId !== world.botId && applicationId !== context.application.id)
      throw new NotPossible('Only messages of the application have working components.')
    const component = [...allComponents(message.components)].find(({ custom_id: id }) => id === use.customId)
    if (!component) throw new NotPossible(`The message has no component "${use.customId}".`)
    const resolved = createResolved(context, channel, use.userId)
    return start(
      {
        type: InteractionType.MessageComponent,
        userId: use.userId,
        guildId: channel.guildId,
        channelId: channel.id,
        command: null,
        sourceMessageId: message.id,
        openedBy: null,
      },
      toComponentData(component, use.values, resolved),
      message,
    )
  }

  function findChannelOf(messageId: string, channelId?: string): Channel | undefined {
    const known = channelId ?? interactions.ephemeral.get(messageId)?.channelId
    if (known !== undefined) return world.channels.get(known)
    return [...world.channels.values()].find(({ messages }) => messages.get(messageId))
  }

  function requireSeen(userId: string, channel: Channel, messageId: string): Message {
    const message = findShown(context, channel.id, messageId)
    const isForOther = message?.interaction?.ephemeral && message.interaction.userId !== userId
    if (!message || isForOther || !canRead(world.permissionsIn(channel, userId)))
      throw new NotPossible(`Person ${userId} does not see message ${messageId}.`)
    return message
  }

  function requireCommand({ userId, channelId }: Somewhere, fullName: string, type: CommandType) {
    const channel = world.channels.get(channelId)
    const bits = channel ? world.permissionsIn(channel, userId) : 0n
    if (!channel || !(bits & Bits.ViewChannel))
      throw new NotPossible(`Person ${userId} does not see channel ${channelId}.`)
    if (!world.botGuilds.has(channel.guildId)) throw new NotPossible('The application is not in this guild.')
    if (!(bits & Bits.UseApplicationCommands))
      throw new NotPossible(`Person ${userId} may not use application commands here.`)
    // Names of menu commands have spaces; those of chat commands have none.
    const [first = '', ...branch] = type === CommandType.ChatInput ? fullName.split(' ') : [fullName]
    const command = commands.findForUse(channel.guildId, type, first)
    if (!command || (command.contexts && command.guildId === null && !command.contexts.includes(0)))
      throw new NotPossible(`There is no command "${fullName}" here.`)
    const needed = command.default_member_permissions
    const allowed =
      needed === null || (needed === '0' ? bits & Bits.Administrator : (bits & BigInt(needed)) === BigInt(needed))
    if (!allowed) throw new NotPossible(`Person ${userId} may not use "${fullName}".`)
    if (command.nsfw && !channel.nsfw) throw new NotPossible(`"${fullName}" is for age-restricted channels.`)
    return { command, channel, branch }
  }
}

function inCommand(userId: string, channel: Channel, { name, type }: Command) {
  return {
    userId,
    guildId: channel.guildId,
    channelId: channel.id,
    command: { name, type, targetUserId: null, targetMessageId: null },
    sourceMessageId: null,
    openedBy: null,
  }
}

function commandData({ id, name, type, guildId }: Command) {
  return { id, name, type, ...(guildId === null ? {} : { guild_id: guildId }) }
}

function requireAutocomplete(command: Command, branch: readonly string[], focused: string): void {
  let { options } = command
  for (const name of branch) options = options.find((option) => option.name === name)?.options ?? []
  if (!options.find(({ name }) => name === focused)?.autocomplete)
    throw new NotPossible(`Option "${focused}" has no suggestions.`)
}
