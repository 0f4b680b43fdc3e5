import {
  ComponentType,
  InteractionResponseType as ResponseType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10'
import type { FastifyInstance } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import { editAnswer, findShown, postAnswer } from '../interactions/answers.ts'
import type { Answer, Interaction } from '../interactions/interactions.ts'
import { parseMessage, readParts, requireContent, type Part } from '../interactions/message-body.ts'
import { fullMessagePayload } from '../interactions/payload.ts'
import { ApiError, invalidForm } from './errors.ts'
import { parseForm } from './form.ts'

type Callback = { Params: { interaction: string; token: string }; Querystring: { with_response?: string } }

const zCallback = z.object({ type: z.enum(ResponseType), data: z.unknown().optional() })
const zChoices = z.object({
  choices: z
    .array(z.object({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) }))
    .max(25),
})
const zModal = z.object({
  custom_id: z.string().min(1).max(100),
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.looseObject({
        type: z.union([
          z.literal(ComponentType.ActionRow),
          z.literal(ComponentType.TextDisplay),
          z.literal(ComponentType.Label),
        ]),
      }),
    )
    .min(1)
    .max(5),
})

const MESSAGE_ANSWERS = [
  ResponseType.ChannelMessageWithSource,
  ResponseType.DeferredChannelMessageWithSource,
  ResponseType.UpdateMessage,
  ResponseType.DeferredMessageUpdate,
]

/** The first answer to an interaction (https://docs.discord.com/developers/interactions/receiving-and-responding). No Authorization header is needed. */
export function interactionRoutes(app: FastifyInstance, context: TwinContext): void {
  const { interactions } = context

  app.post<Callback>('/interactions/:interaction/:token/callback', async (request, reply) => {
    const interaction = interactions.find(request.params.interaction)
    if (!interaction || interaction.token !== request.params.token) throw unknownInteraction()
    const { payload, parts } = await readParts(request)
    const { type, data } = parseForm(zCallback, payload)
    if (interaction.answer) throw new ApiError(400, 40_060, 'Interaction has already been acknowledged.')
    if (!interactions.isOpen(interaction)) throw unknownInteraction()
    if (!answersTo(interaction).includes(type))
      throw invalidForm(
        'type',
        'INTERACTION_APPLICATION_INVALID_RESPONSE_TYPE',
        'This response type does not fit the interaction.',
      )
    const answer = toAnswer(interaction, type, data ?? {}, parts)
    interactions.answer(interaction, answer)
    const { with_response: wanted } = request.query
    if (wanted !== 'true' && wanted !== '1') return reply.code(204).send()
    return callbackResponse(interaction, answer)
  })

  function toAnswer(interaction: Interaction, type: ResponseType, data: unknown, parts: readonly Part[]): Answer {
    switch (type) {
      case ResponseType.ApplicationCommandAutocompleteResult:
        return { type, ephemeral: true, choices: inForm('data', () => parseForm(zChoices, data)).choices }
      case ResponseType.Modal:
        return { type, ephemeral: true, modal: inForm('data', () => parseForm(zModal, data)) }
      case ResponseType.DeferredMessageUpdate:
      case ResponseType.UpdateMessage: {
        const source = findShown(context, interaction.channelId, interaction.sourceMessageId ?? '')
        if (!source) throw new ApiError(404, 10_008, 'Unknown Message')
        if (type === ResponseType.UpdateMessage)
          editAnswer(
            context,
            source,
            inForm('data', () => parseMessage(data, parts)),
          )
        interaction.originalId = source.id
        return { type, messageId: source.id, ephemeral: Boolean(source.flags & MessageFlags.Ephemeral) }
      }
      default: {
        const body = inForm('data', () => parseMessage(data, parts))
        const isLoading = type === ResponseType.DeferredChannelMessageWithSource
        if (!isLoading) requireContent(body)
        const message = postAnswer(context, interaction, isLoading ? { flags: body.flags, uploads: [] } : body, {
          isLoading,
        })
        return { type, messageId: message.id, ephemeral: Boolean(message.flags & MessageFlags.Ephemeral) }
      }
    }
  }

  function callbackResponse(interaction: Interaction, { type, messageId }: Answer) {
    const message = messageId === undefined ? undefined : findShown(context, interaction.channelId, messageId)
    const isNew =
      type === ResponseType.ChannelMessageWithSource || type === ResponseType.DeferredChannelMessageWithSource
    const { id, channelId, guildId } = interaction
    return {
      interaction: {
        id,
        type: interaction.type,
        channel_id: channelId,
        guild_id: guildId,
        ...(message
          ? {
              response_message_id: message.id,
              response_message_loading: Boolean(message.flags & MessageFlags.Loading),
              response_message_ephemeral: Boolean(message.flags & MessageFlags.Ephemeral),
            }
          : {}),
      },
      ...(message && (isNew || type === ResponseType.UpdateMessage)
        ? { resource: { type, message: fullMessagePayload(context, message) } }
        : {}),
    }
  }
}

/** The kinds of answer an interaction takes. Activities cannot be launched here. */
function answersTo({ type, sourceMessageId }: Interaction): readonly ResponseType[] {
  if (type === InteractionType.ApplicationCommandAutocomplete)
    return [ResponseType.ApplicationCommandAutocompleteResult]
  const onMessage = MESSAGE_ANSWERS.slice(0, sourceMessageId === null ? 2 : 4)
  return type === InteractionType.ModalSubmit ? onMessage : [...onMessage, ResponseType.Modal]
}

/** Puts the problems of an inner form below the name of its field. */
function inForm<T>(field: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ApiError) || !error.errors) throw error
    throw new ApiError(error.status, error.code, error.message, { [field]: error.errors })
  }
}

function unknownInteraction(): ApiError {
  return new ApiError(404, 10_062, 'Unknown interaction')
}
