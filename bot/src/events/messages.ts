import { GatewayDispatchEvents as Events } from '@discordjs/core'
import { onEvent } from './event.ts'

/** Messages of everybody, also of other bots and webhooks, which often post clips for people. */
export const messageCreate = onEvent(Events.MessageCreate, ({ capture }, data) => capture.onMessage(data))
