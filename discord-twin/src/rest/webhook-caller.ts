import type { TwinContext } from '../context.ts'
import type { Webhook } from '../interactions/webhooks.ts'
import { ApiError } from './errors.ts'

/** A webhook by its id and secret token. Throws 404 or 401. */
export function requireWebhook(
  { webhooks }: TwinContext,
  { webhook: id, token }: { webhook: string; token: string },
): Webhook {
  const webhook = webhooks.find(id)
  if (!webhook) throw unknownWebhook()
  if (webhook.token !== token) throw invalidWebhookToken()
  return webhook
}

/** Discord's refusals about webhooks. */
export const unknownWebhook = () => new ApiError(404, 10_015, 'Unknown Webhook')
export const invalidWebhookToken = () => new ApiError(401, 50_027, 'Invalid Webhook Token')
