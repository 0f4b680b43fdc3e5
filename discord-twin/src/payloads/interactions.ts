import { InteractionType } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Interaction } from '../interactions/interactions.ts'
import type { Message } from '../world/types.ts'
import { userPayload } from './accounts.ts'

/** What a message says of the interaction that made it; nothing for other messages. */
export function interactionFields(context: TwinContext, message: Message) {
  const interaction = message.interaction && context.interactions.find(message.interaction.id)
  if (!interaction) return {}
  const { id, originalId } = interaction
  const user = userOf(context, interaction.userId)
  return {
    application_id: context.application.id,
    webhook_id: context.application.id,
    interaction_metadata: {
      ...metadata(context, interaction),
      ...(originalId !== null && originalId !== message.id ? { original_response_message_id: originalId } : {}),
    },
    ...(interaction.type === InteractionType.ApplicationCommand && interaction.command
      ? { interaction: { id, type: interaction.type, name: interaction.command.name, user } }
      : {}),
  }
}

/** An account that is in the world. */
export function userOf({ world }: TwinContext, userId: string) {
  const person = world.people.get(userId)
  if (!person) throw new RangeError(`person ${userId} is gone`)
  return userPayload(person)
}

function metadata(context: TwinContext, interaction: Interaction): Record<string, unknown> {
  const { id, type, userId, guildId, command, sourceMessageId, openedBy } = interaction
  const common = {
    id,
    type,
    user: userOf(context, userId),
    authorizing_integration_owners: { '0': guildId },
  }
  if (type === InteractionType.ModalSubmit)
    return { ...common, ...(openedBy ? { triggering_interaction_metadata: metadata(context, openedBy) } : {}) }
  if (type === InteractionType.MessageComponent) return { ...common, interacted_message_id: sourceMessageId }
  return {
    ...common,
    ...(command?.targetUserId ? { target_user: userOf(context, command.targetUserId) } : {}),
    ...(command?.targetMessageId ? { target_message_id: command.targetMessageId } : {}),
  }
}
