import { WebhookType } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import type { Webhook } from '../interactions/webhooks.ts'
import { userPayload } from './accounts.ts'

/** A webhook; who made it is left out for those who come with only its token. */
export function webhookPayload({ url, world }: TwinContext, webhook: Webhook, { withUser = true } = {}) {
  const creator = world.people.get(webhook.creatorId)
  return {
    id: webhook.id,
    type: WebhookType.Incoming,
    name: webhook.name,
    avatar: webhook.avatar,
    channel_id: webhook.channelId,
    guild_id: webhook.guildId,
    application_id: webhook.applicationId,
    token: webhook.token,
    url: `${url()}/api/webhooks/${webhook.id}/${webhook.token}`,
    ...(withUser && creator ? { user: userPayload(creator) } : {}),
  }
}
