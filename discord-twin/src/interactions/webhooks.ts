import { randomBytes } from 'node:crypto'
import { ApiError } from '../rest/errors.ts'
import type { World } from '../world/world.ts'

/** A webhook that posts into a channel. `applicationId` null: made by a person. */
export type Webhook = {
  id: string
  guildId: string
  channelId: string
  creatorId: string
  applicationId: string | null
  name: string
  avatar: string | null
  token: string
}

/** How many webhooks a channel may have. */
const PER_CHANNEL = 15

/** The webhooks of all channels. */
export class Webhooks {
  readonly #byId = new Map<string, Webhook>()
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  /** Those of channels that still exist, oldest first. */
  list(where: (webhook: Webhook) => boolean): Webhook[] {
    return [...this.#byId.values()].filter((webhook) => this.#world.channels.has(webhook.channelId) && where(webhook))
  }

  find(id: string): Webhook | undefined {
    const webhook = this.#byId.get(id)
    return webhook && this.#world.channels.has(webhook.channelId) ? webhook : undefined
  }

  /** Throws 30007 when the channel has its 15. */
  create(webhook: Pick<Webhook, 'channelId' | 'creatorId' | 'applicationId' | 'name' | 'avatar'>): Webhook {
    this.#requireRoom(webhook.channelId)
    const { guildId } = this.#world.requireChannel(webhook.channelId)
    const created = { ...webhook, guildId, id: this.#world.nextId(), token: randomBytes(51).toString('base64url') }
    this.#byId.set(created.id, created)
    this.#tell(created.channelId)
    return created
  }

  update(webhook: Webhook, changes: Partial<Pick<Webhook, 'name' | 'avatar' | 'channelId'>>): Webhook {
    const changed = { ...webhook, ...changes }
    if (changed.channelId !== webhook.channelId) this.#requireRoom(changed.channelId)
    this.#byId.set(changed.id, changed)
    this.#tell(webhook.channelId)
    if (changed.channelId !== webhook.channelId) this.#tell(changed.channelId)
    return changed
  }

  remove(webhook: Webhook): void {
    this.#byId.delete(webhook.id)
    this.#tell(webhook.channelId)
  }

  #requireRoom(channelId: string): void {
    if (this.list((webhook) => webhook.channelId === channelId).length >= PER_CHANNEL)
      throw new ApiError(400, 30_007, `Maximum number of webhooks reached (${PER_CHANNEL})`)
  }

  #tell(channelId: string): void {
    this.#world.emit({ kind: 'webhooks-changed', channel: this.#world.requireChannel(channelId) })
  }
}
