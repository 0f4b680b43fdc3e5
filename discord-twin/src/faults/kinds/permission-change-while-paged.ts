import { OverwriteType, PermissionFlagsBits as Bits, type APIOverwrite } from 'discord-api-types/v10'
import * as z from 'zod'
import { defineFault } from '../definition.ts'

/** A permission that goes between two pages. The owner of a guild and administrators lose nothing by it. */
export const permissionChangeWhilePaged = defineFault({
  kind: 'permission-change-while-paged',
  doc: 'Before a page of messages is answered, an overwrite takes a permission from the bot, once in each channel; removing the fault gives it back.',
  strikes: 'request',
  options: {
    permission: z
      .enum(['ViewChannel', 'ReadMessageHistory'])
      .default('ViewChannel')
      .describe('The permission that is taken.'),
    restoreAfter: z
      .int()
      .min(1)
      .optional()
      .describe('After how many pages without the permission it is given back; never when left out.'),
  },
  create: ({ permission, restoreAfter }, { world }) => {
    const taken = new Map<string, { own: APIOverwrite | undefined; pages: number; isRestored: boolean }>()
    const setOwn = (placeId: string, own: APIOverwrite | undefined) => {
      const place = world.channels.get(placeId)
      if (!place) return
      const others = place.overwrites.filter(({ id }) => id !== world.botId)
      world.updateChannel(placeId, { overwrites: own ? [...others, own] : others })
    }
    const restore = (placeId: string) => {
      const change = taken.get(placeId)
      if (!change || change.isRestored) return
      change.isRestored = true
      setOwn(placeId, change.own)
    }
    /** Threads have the overwrites of their parent. */
    const placeOf = (channelId: string | null) => {
      const channel = world.channels.get(channelId ?? '')
      return channel?.thread ? world.channels.get(channel.parentId ?? '') : channel
    }
    return {
      request: {
        stage: 'arrival',
        only: ['GET /channels/{channel_id}/messages'],
        seen: ({ channelId }) => {
          const place = placeOf(channelId)
          const change = taken.get(place?.id ?? '')
          if (!place || !change) return
          if (change.pages === restoreAfter) restore(place.id)
          change.pages += 1
        },
        accepts: ({ facts }) => {
          const place = placeOf(facts.channelId)
          return place !== undefined && !taken.has(place.id)
        },
        strike: ({ facts }) => {
          const place = placeOf(facts.channelId)
          if (!place) return undefined
          const own = place.overwrites.find(({ id }) => id === world.botId)
          taken.set(place.id, { own, pages: 1, isRestored: false })
          setOwn(place.id, {
            id: world.botId,
            type: OverwriteType.Member,
            allow: String(BigInt(own?.allow ?? 0) & ~Bits[permission]),
            deny: String(BigInt(own?.deny ?? 0) | Bits[permission]),
          })
          return undefined
        },
      },
      end: () => [...taken.keys()].forEach(restore),
    }
  },
})
