import { AppError } from '@dcs/shared/core'
import { describe, expect, it } from 'vitest'
import { attachmentDisposition } from './content-disposition.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { pictureUrl } from './picture-url.ts'
import { requireSameOrigin } from './same-origin.ts'
import { playableContentType } from './video-content-type.ts'

describe('attachmentDisposition', () => {
  it.each([
    ['clip.mp4', 'attachment; filename="clip.mp4"'],
    ['a"b.mp4', `attachment; filename="a_b.mp4"; filename*=UTF-8''a%22b.mp4`],
    ['日本.mp4', `attachment; filename="__.mp4"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.mp4`],
    ["it's (1).mp4", `attachment; filename="it's (1).mp4"`],
    ['../../etc/passwd', 'attachment; filename=".._.._etc_passwd"'],
    ['a\r\nset-cookie: x', 'attachment; filename="a__set-cookie: x"'],
    ['', 'attachment; filename="clip"'],
  ])('of %j is safe', (name, header) => expect(attachmentDisposition(name)).toBe(header))
})

it('announces QuickTime as the mp4 it is inside, and nothing that is not a video', () => {
  expect(playableContentType('video/quicktime')).toBe('video/mp4')
  expect(playableContentType('video/webm; codecs=vp9')).toBe('video/webm')
  expect(playableContentType('text/html')).toBe('application/octet-stream')
  expect(playableContentType(null)).toBe('application/octet-stream')
})

describe('requireSameOrigin', () => {
  const home = 'https://clips.example.org'
  it.each([[{ origin: 'https://clips.example.org' }], [{ 'sec-fetch-site': 'same-origin' }]])(
    'lets %j through',
    (headers) => expect(() => requireSameOrigin(new Headers(Object.entries(headers)), home)).not.toThrow(),
  )

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'https://clips.example.org', 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'none' }],
    [{}],
  ])('refuses %j', (headers) =>
    expect(() => requireSameOrigin(new Headers(Object.entries(headers)), home)).toThrow(AppError),
  )
})

describe('pictureUrl', () => {
  const hosts = ['127.0.0.1:5000']
  it.each([
    ['http://127.0.0.1:5000/avatars/1/a.png', 'http://127.0.0.1:5000/avatars/1/a.png'],
    ['http://127.0.0.1:4000/avatars/1/a.png', 'http://127.0.0.1:5000/avatars/1/a.png'],
    ['https://evil.example/track.gif', null],
    ['javascript:alert(1)', null],
    [null, null],
  ])('of %s', (stored, shown) => expect(pictureUrl(hosts, stored)).toBe(shown))
})

it('lets a page run only scripts with its nonce and load pictures from the CDN', () => {
  const policy = contentSecurityPolicy('abc', { cdnHosts: ['cdn.discordapp.com'] }, { isSecure: true, isDev: false })
  expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic';")
  expect(policy).toContain("img-src 'self' data: blob: https://cdn.discordapp.com;")
  expect(policy).not.toContain('unsafe-eval')
})
