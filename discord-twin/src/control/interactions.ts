import { ApplicationCommandType as CommandType } from 'discord-api-types/v10'
import { readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'
import * as z from 'zod'
import type { TwinContext } from '../context.ts'
import type { InteractionHandle } from '../interactions/handle.ts'
import { NoAnswer } from '../interactions/interactions.ts'
import { NotPossible } from '../interactions/not-possible.ts'
import { createPeople } from '../interactions/people.ts'
import { mediaFile } from '../world/media-files.ts'
import { UnknownThing } from '../world/unknown-thing.ts'

const id = z.string().regex(/^\d{1,20}$/, 'must be an id')
/** A file of a person: one of the world's videos by its key, or bytes. */
const zFile = z.union([
  z.strictObject({ media: z.string() }),
  z.strictObject({ name: z.string().min(1), base64: z.base64(), content_type: z.string().optional() }),
])
const zOption = z.union([z.string(), z.number(), z.boolean(), zFile])
const zCommand = z.strictObject({
  user_id: id,
  channel_id: id,
  name: z.string().min(1),
  type: z.enum(CommandType).default(CommandType.ChatInput),
  options: z.record(z.string(), zOption).default({}),
  target_id: id.optional(),
  timeout_ms: z.int().min(0).max(900_000).default(15_000),
})
const zComponent = z.strictObject({
  user_id: id,
  message_id: id,
  custom_id: z.string().min(1),
  channel_id: id.optional(),
  values: z.array(z.string()).optional(),
  timeout_ms: z.int().min(0).max(900_000).default(15_000),
})
const zForm = z.strictObject({
  user_id: id,
  interaction_id: id.optional(),
  custom_id: z.string().optional(),
  fields: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string()), z.array(zFile)])),
  timeout_ms: z.int().min(0).max(900_000).default(15_000),
})
const zAutocomplete = z.strictObject({
  user_id: id,
  channel_id: id,
  name: z.string().min(1),
  focused: z.string().min(1),
  value: z.string().default(''),
  options: z.record(z.string(), zOption).default({}),
  timeout_ms: z.int().min(0).max(900_000).default(15_000),
})

/** People who use commands, buttons and forms of the application. Each answer is what the person sees, once a deferred answer is filled. */
export function interactionControlRoutes(app: FastifyInstance, context: TwinContext): void {
  const people = createPeople(context)
  void app.register(async (control) => {
    control.setErrorHandler((error: unknown, _request, reply: FastifyReply) => {
      if (error instanceof NotPossible) return reply.code(403).send({ error: error.message })
      if (error instanceof NoAnswer) return reply.code(504).send({ error: error.message })
      if (error instanceof UnknownThing) return reply.code(404).send({ error: error.message })
      if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) })
      throw error
    })
    control.post('/interactions/commands', async (request) => {
      const body = zCommand.parse(request.body)
      const { user_id: userId, channel_id: channelId, name, target_id: targetId } = body
      if (body.type === CommandType.ChatInput) {
        const options = Object.fromEntries(Object.entries(body.options).map(([key, value]) => [key, toInput(value)]))
        return seen(people.useCommand({ userId, channelId, name, options }), body.timeout_ms)
      }
      if (targetId === undefined) throw new NotPossible('A command of a menu needs target_id.')
      return seen(
        body.type === CommandType.Message
          ? people.useMessageCommand({ userId, channelId, name, messageId: targetId })
          : people.useUserCommand({ userId, channelId, name, targetId }),
        body.timeout_ms,
      )
    })
    control.post('/interactions/components', async (request) => {
      const body = zComponent.parse(request.body)
      const use = {
        userId: body.user_id,
        messageId: body.message_id,
        customId: body.custom_id,
        ...(body.channel_id === undefined ? {} : { channelId: body.channel_id }),
      }
      return seen(body.values ? people.select({ ...use, values: body.values }) : people.click(use), body.timeout_ms)
    })
    control.post('/interactions/modals', async (request) => {
      const body = zForm.parse(request.body)
      const fields = Object.fromEntries(
        Object.entries(body.fields).map(([key, value]) => [
          key,
          Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : toFile(item))) : value,
        ]),
      )
      return seen(
        people.submitForm({
          userId: body.user_id,
          fields: fields as Parameters<typeof people.submitForm>[0]['fields'],
          ...(body.interaction_id === undefined ? {} : { interactionId: body.interaction_id }),
          ...(body.custom_id === undefined ? {} : { customId: body.custom_id }),
        }),
        body.timeout_ms,
      )
    })
    control.post('/interactions/autocomplete', async (request) => {
      const {
        user_id: userId,
        channel_id: channelId,
        name,
        focused,
        value,
        ...body
      } = zAutocomplete.parse(request.body)
      const options = Object.fromEntries(Object.entries(body.options).map(([key, given]) => [key, toInput(given)]))
      return seen(people.autocomplete({ userId, channelId, name, focused, value, options }), body.timeout_ms)
    })
  })
}

async function seen(handle: InteractionHandle, timeoutMs: number) {
  const response = await handle.result(timeoutMs)
  return { interaction_id: handle.id, ...response, follow_ups: handle.followUps }
}

function toInput(value: z.output<typeof zOption>) {
  return typeof value === 'object' ? toFile(value) : value
}

function toFile(file: z.output<typeof zFile>) {
  if ('media' in file) {
    const { fileName, path, contentType } = mediaFile(file.media)
    return { name: fileName, bytes: readFileSync(path), contentType }
  }
  return { name: file.name, bytes: Buffer.from(file.base64, 'base64'), contentType: file.content_type ?? null }
}
