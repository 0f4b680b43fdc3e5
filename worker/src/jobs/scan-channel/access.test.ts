import { describe, expect, it } from 'vitest'
import { Permission, type ChannelFacts } from '@dcs/shared/domain'
import { missingPermissions } from './access.ts'

const guild = (everyone: bigint) => ({
  guildId: '1',
  ownerId: '9',
  roles: [{ roleId: '1', permissions: String(everyone) }],
})
const bot = { userId: '5', roleIds: [] }
const channel = (type: string, deny = 0n): ChannelFacts => ({
  channelId: '2',
  type,
  parentId: null,
  permissionOverwrites: [{ id: '1', type: 'role', allow: '0', deny: String(deny) }],
})
const { Administrator, Connect, ReadMessageHistory, ViewChannel } = Permission

describe('missingPermissions', () => {
  it('is empty for a channel that can be read', () => {
    expect(missingPermissions(guild(ViewChannel | ReadMessageHistory), bot, channel('text'))).toEqual([])
  })

  it('names what an overwrite takes away', () => {
    const all = guild(ViewChannel | ReadMessageHistory)
    expect(missingPermissions(all, bot, channel('text', ReadMessageHistory))).toEqual(['Read Message History'])
    expect(missingPermissions(all, bot, channel('text', ViewChannel | ReadMessageHistory))).toEqual([
      'View Channel',
      'Read Message History',
    ])
  })

  it('needs Connect in voice channels only', () => {
    const all = guild(ViewChannel | ReadMessageHistory)
    expect(missingPermissions(all, bot, channel('voice'))).toEqual(['Connect'])
    expect(missingPermissions(guild(ViewChannel | ReadMessageHistory | Connect), bot, channel('stage_voice'))).toEqual(
      [],
    )
  })

  it('is empty for an administrator whatever the channel says', () => {
    expect(missingPermissions(guild(Administrator), bot, channel('text', ViewChannel))).toEqual([])
  })
})
