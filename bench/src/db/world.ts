import type { ChannelSnapshot, GuildSnapshot } from '@dcs/shared/db'

export type World = (GuildSnapshot & { channels: ChannelSnapshot[] })[]

/** Guilds with channels as a bot sees them: with icon, owner, positions, overwrites and, on some channels, settings. */
export function makeWorld(guilds: number, channels: number): World {
  let id = 1_000_000_000_000_000_000n
  const next = () => String((id += 4_194_304_001n))
  return Array.from({ length: guilds }, (_, index) => {
    const guildId = next()
    return {
      id: guildId,
      name: `Guild number ${index}`,
      icon: `https://cdn.discordapp.com/icons/${guildId}/0123456789abcdef0123456789abcdef.png`,
      discordOwnerId: next(),
      channels: Array.from({ length: channels }, (_, position) => ({
        id: next(),
        name: `channel-${position}`,
        type: position % 10 === 0 ? 'voice' : 'text',
        isNsfw: position % 25 === 0,
        position,
        parentId: null,
        permissionOverwrites: [{ id: guildId, type: 'role', allow: '0', deny: '1024' }],
        ...(position % 4 === 0 ? { settingsOverrides: { is_enabled: true, max_messages_per_pass: 1000 } } : {}),
      })),
    }
  })
}
