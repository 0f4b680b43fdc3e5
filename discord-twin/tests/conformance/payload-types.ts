import type {
  APIAttachment,
  APIGuild,
  APIGuildChannel,
  APIGuildMember,
  APIMessage,
  APIRole,
  APIUser,
  APIThreadChannel,
  GatewayGuildCreateDispatchData,
} from 'discord-api-types/v10'
import type { guildCreatePayload } from '../../src/gateway/dispatches/guilds.ts'
import type { memberPayload, rolePayload, userPayload } from '../../src/payloads/accounts.ts'
import type { attachmentPayload } from '../../src/payloads/attachments.ts'
import type { channelPayload } from '../../src/payloads/channels.ts'
import type { guildPayload } from '../../src/payloads/guilds.ts'
import type { messagePayload } from '../../src/payloads/messages.ts'

type Fits<_Payload extends Api, Api> = true
type Thread = Extract<ReturnType<typeof channelPayload>, { thread_metadata: unknown }>
type Channel = Exclude<ReturnType<typeof channelPayload>, Thread>
type Common<Union> = Pick<Union, keyof Union>

/**
 * What the twin sends fits the types that clients are written against; the compiler is the test. Left out: members whose type depends on the kind of
 * channel, and the application of a clip, which the types have as a whole application.
 */
export type PayloadsFit = [
  Fits<ReturnType<typeof userPayload>, APIUser>,
  Fits<ReturnType<typeof rolePayload>, APIRole>,
  Fits<ReturnType<typeof memberPayload>, APIGuildMember>,
  Fits<ReturnType<typeof attachmentPayload>, Omit<APIAttachment, 'application'>>,
  Fits<Thread, Omit<APIThreadChannel, 'type' | 'parent_id'>>,
  Fits<Channel, Omit<Common<APIGuildChannel>, 'type'>>,
  Fits<ReturnType<typeof guildPayload>, APIGuild>,
  Fits<ReturnType<typeof messagePayload>, Omit<APIMessage, 'attachments' | 'message_snapshots'>>,
  Fits<ReturnType<typeof guildCreatePayload>, Omit<GatewayGuildCreateDispatchData, 'channels' | 'threads'>>,
]
