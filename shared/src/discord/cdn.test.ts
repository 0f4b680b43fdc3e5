import { describe, expect, it } from 'vitest'
import { avatarUrl, guildIconUrl, isCdnUrl } from './cdn.ts'

const real = ['cdn.discordapp.com', 'media.discordapp.net']
const local = ['127.0.0.1:4711']

describe('addresses of pictures', () => {
  it('are on the first host, with http only on this machine', () => {
    expect(avatarUrl(real, '12', 'ab')).toBe('https://cdn.discordapp.com/avatars/12/ab.png')
    expect(guildIconUrl(local, '12', 'ab')).toBe('http://127.0.0.1:4711/icons/12/ab.png')
    expect(guildIconUrl(['localhost:1'], '12', 'ab')).toBe('http://localhost:1/icons/12/ab.png')
  })

  it('are null without a picture or a host', () => {
    expect(avatarUrl(real, '12', null)).toBeNull()
    expect(avatarUrl([], '12', 'ab')).toBeNull()
  })
})

describe('isCdnUrl', () => {
  it.each([
    'https://cdn.discordapp.com/attachments/1/2/a.mp4?ex=1',
    'https://media.discordapp.net:443/attachments/1/2/a.mp4',
  ])('allows %s', (url) => expect(isCdnUrl(real, url)).toBe(true))

  it.each([
    'http://cdn.discordapp.com/attachments/1/2/a.mp4',
    'https://cdn.discordapp.com:8443/a.mp4',
    'https://cdn.discordapp.com.evil.example/a.mp4',
    'https://evil.example/cdn.discordapp.com/a.mp4',
    'https://user:pass@cdn.discordapp.com/a.mp4',
    'file:///etc/passwd',
    'not an address',
  ])('refuses %s', (url) => expect(isCdnUrl(real, url)).toBe(false))

  it('allows this machine over http, on the listed port only', () => {
    expect(isCdnUrl(local, 'http://127.0.0.1:4711/a.mp4')).toBe(true)
    expect(isCdnUrl(local, 'http://127.0.0.1:4712/a.mp4')).toBe(false)
    expect(isCdnUrl(local, 'http://127.0.0.1/a.mp4')).toBe(false)
  })
})
