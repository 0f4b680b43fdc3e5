import { EmbedType, type APIEmbed } from 'discord-api-types/v10'
import type { DEMO, DemoPlace } from './demo.ts'
import type { Upload } from './uploads.ts'

/** A message of the demo. `forward` names the place and file of the message that is forwarded; it must stand further up. */
export type DemoMessage = {
  place: DemoPlace
  author: keyof typeof DEMO.people
  at: string
  content: string
  files?: Upload[]
  forward?: { place: DemoPlace; key: string }
  embeds?: APIEmbed[]
  /** An emoji and who gave it. */
  reactions?: [emoji: string, ...people: (keyof typeof DEMO.people)[]][]
}

type Line = [place: DemoPlace, author: DemoMessage['author'], at: string, content: string, ...keys: string[]]

/** What was said and shown, oldest first within each place. */
export function demoMessages(): DemoMessage[] {
  const lines = LINES.map(([place, author, at, content, ...keys]): DemoMessage => ({
    place,
    author,
    at,
    content,
    files: keys.map((key) => ({ key })),
  }))
  return [...lines, ...special()]
}

const LINES: Line[] = [
  ['general', 'mara', '2024-11-03T18:00:00Z', 'ok new server, clips go into #clips, no excuses'],
  ['general', 'jonas', '2024-11-03T18:02:11Z', 'what about fails'],
  ['general', 'mara', '2024-11-03T18:02:40Z', 'fails ARE clips'],
  ['clips', 'jonas', '2024-11-09T21:14:00Z', 'first try. do not ask about the forty before it', 'scene-3'],
  ['clips', 'aiko', '2024-11-16T22:40:31Z', 'photo finish!!', 'scene-1'],
  ['clips', 'theo', '2024-12-01T20:05:12Z', 'GG', 'scene-8'],
  ['general', 'lena', '2024-12-01T20:09:00Z', 'how is that ball even legal'],
  ['clips', 'sam', '2024-12-20T23:11:45Z', 'last one before the holidays', 'scene-10'],
  ['rockets', 'theo', '2025-01-04T19:30:00Z', 'from our own half', 'scene-4'],
  ['rockets', 'jonas', '2025-01-04T19:31:02Z', 'keeper was asleep'],
  ['clips', 'nils', '2025-01-30T20:51:00Z', 'sound was off, sorry', 'no-audio'],
  ['clips', 'mara', '2025-02-09T23:20:10Z', 'from my mac', 'mov'],
  ['general', 'sam', '2025-02-10T08:00:00Z', 'who is in tonight?'],
  ['general', 'aiko', '2025-02-10T08:03:30Z', 'me'],
  ['clips', 'lena', '2025-03-02T22:02:51Z', 'ten minutes later the server crashed', 'scene-6'],
  ['rockets', 'sam', '2025-03-14T21:58:07Z', 'clutch', 'scene-4'],
  ['clips', 'theo', '2025-03-28T20:17:00Z', '', 'scene-2'],
  ['clips', 'jonas', '2025-04-11T22:40:00Z', 'both angles', 'scene-7', 'h264-faststart'],
  ['clips', 'nils', '2025-04-27T19:06:40Z', 'linux gang', 'vp9-webm'],
  ['general', 'mara', '2025-05-01T12:00:00Z', 'reminder: LAN in two weeks'],
  ['clips', 'aiko', '2025-05-18T21:44:44Z', 'last lap', 'h264-faststart'],
  ['clips', 'sam', '2025-06-02T21:16:32Z', 'whale!', 'h264-moov-end'],
  ['clips', 'lena', '2025-06-14T21:41:00Z', 'filmed it off the screen, do not judge', 'rotated'],
  ['clips', 'theo', '2025-06-21T00:05:13Z', 'my pc died while this was saving', 'truncated'],
  ['clips', 'jonas', '2025-06-21T00:07:50Z', 'here is mine', 'text'],
  ['general', 'jonas', '2025-06-21T00:08:20Z', 'oops wrong file'],
  ['clips', 'nils', '2025-07-11T22:43:00Z', '4k recording, hope it plays', 'hevc'],
  ['clips', 'mara', '2025-08-03T18:24:09Z', 'on the train', 'vertical'],
  ['rockets', 'aiko', '2025-08-09T23:15:00Z', 'two on one and still', 'scene-12'],
  ['voice', 'sam', '2025-08-20T22:01:00Z', 'posting it here while we talk', 'one-second'],
  ['voice', 'lena', '2025-08-20T22:01:30Z', 'WHAT was that'],
  ['staff', 'jonas', '2025-09-01T10:00:00Z', 'evidence for the ban', 'scene-11'],
  ['staff', 'mara', '2025-09-01T10:04:00Z', 'ok that is enough'],
  ['veterans', 'aiko', '2025-09-14T21:00:00Z', 'practice, do not show the others yet', 'scene-5'],
  ['veterans', 'theo', '2025-09-14T21:10:00Z', 'route two is faster', 'scene-9'],
  ['late', 'sam', '2025-10-03T23:59:00Z', 'it is late and I found this', 'scene-9'],
  ['mute', 'lena', '2025-10-10T20:00:00Z', 'the bot cannot read back here', 'scene-2'],
  ['clips', 'aiko', '2025-11-01T20:00:00Z', 'no hit!', 'av1-webm'],
  ['thread', 'aiko', '2026-02-14T20:01:00Z', 'season finale, post yours', 'scene-10'],
  ['thread', 'mara', '2026-02-14T20:12:00Z', 'mine', 'scene-1'],
  ['clips', 'lena', '2026-03-08T19:45:00Z', 'combo of my life', 'mov'],
  ['clips', 'jonas', '2026-05-22T22:22:22Z', 'perfect', 'scene-11'],
  ['rockets', 'theo', '2026-06-30T21:08:00Z', 'overtime', 'scene-4'],
  ['clips', 'sam', '2026-08-15T20:30:00Z', 'coins, coins, coins', 'scene-3'],
  ['clips', 'mara', '2026-10-31T22:00:00Z', 'halloween race', 'scene-1'],
  ['clips', 'aiko', '2026-11-14T21:30:00Z', 'still got it', 'scene-12'],

  ['lanChat', 'theo', '2025-03-14T12:00:00Z', 'cables are in the blue box'],
  ['lanChat', 'lena', '2025-03-14T12:30:00Z', 'bringing soup'],
  ['lanClips', 'theo', '2025-03-15T20:15:00Z', 'round one', 'scene-12'],
  ['lanClips', 'rosa', '2025-03-15T21:02:00Z', 'hehe', 'scene-11'],
  ['lanClips', 'mara', '2025-03-15T23:48:00Z', '3 am energy at midnight', 'scene-6'],
  ['lanClips', 'jonas', '2025-03-16T01:30:00Z', 'break: pool', 'scene-8'],
  ['news', 'theo', '2025-03-16T10:00:00Z', 'aftermovie', 'scene-10'],
  ['post', 'lena', '2025-03-15T22:05:00Z', 'top three of round one', 'scene-7', 'scene-2', 'scene-5'],
  ['post', 'rosa', '2025-03-15T22:20:00Z', 'mine is better', 'scene-9'],
  ['lanClips', 'lena', '2026-03-21T21:00:00Z', 'one year later', 'h264-faststart'],

  ['summer', 'sam', '2025-07-20T18:01:00Z', 'holiday league, clips in here', 'scene-4'],
  ['summer', 'nils', '2025-08-02T21:40:00Z', 'from the tent', 'vertical'],
  ['surprise', 'lena', '2026-05-02T18:02:00Z', 'we cut this together for Mara, not a word', 'scene-10'],
  ['surprise', 'jonas', '2026-05-02T18:20:00Z', 'she will cry'],
  ['table', 'mara', '2025-10-05T19:00:00Z', 'the tower fell at the last block', 'scene-6'],

  ['runs', 'rosa', '2025-04-05T18:00:00Z', 'attempt 43', 'scene-5'],
  ['runs', 'vik', '2025-04-19T18:30:00Z', 'new route', 'scene-3'],
  ['runs', 'aiko', '2025-07-06T17:12:00Z', 'wave 14, no hit', 'av1-webm'],
  ['fails', 'nils', '2025-07-07T20:20:00Z', 'at 41 minutes', 'one-second'],
  ['fails', 'rosa', '2025-07-07T20:21:00Z', 'F'],
  ['runs', 'vik', '2026-01-11T16:00:00Z', 'snake any%', 'scene-9'],
  ['runs', 'rosa', '2026-09-05T16:45:00Z', 'world record pace until floor 7', 'scene-5'],

  ['drafts', 'vik', '2025-06-05T10:00:00Z', 'trailer cut 1', 'scene-7'],
  ['drafts', 'rosa', '2025-06-06T11:00:00Z', 'love it', 'h264-moov-end'],
]

/** A spoiler, a native Discord clip, and a forward into another channel. */
function special(): DemoMessage[] {
  return [
    {
      place: 'general',
      author: 'lena',
      at: '2025-11-20T20:00:00Z',
      content: 'ending of the campaign, careful',
      files: [{ key: 'scene-7', spoiler: true }],
    },
    {
      place: 'clips',
      author: 'theo',
      at: '2026-01-17T21:09:00Z',
      content: '',
      reactions: [
        ['🔥', 'jonas', 'mara', 'aiko'],
        ['😂', 'sam'],
      ],
      files: [
        {
          key: 'scene-6',
          fileName: 'clip_2026-01-17_22-08-31.mp4',
          clip: {
            participantIds: ['312345678901234567', '175928847299117063'],
            application: 'Canyon Strike',
            createdAt: new Date('2026-01-17T21:08:31Z'),
          },
        },
      ],
    },
    {
      place: 'general',
      author: 'sam',
      at: '2026-01-18T09:00:00Z',
      content: '',
      forward: { place: 'clips', key: 'scene-10' },
    },
    {
      place: 'rockets',
      author: 'lena',
      at: '2026-02-01T20:30:00Z',
      content: 'the rules of the cup: https://example.com/cup',
      embeds: [
        {
          type: EmbedType.Article,
          url: 'https://example.com/cup',
          title: 'Winter cup',
          description: 'Two against two, best of five.',
        },
      ],
      reactions: [['👍', 'theo', 'sam', 'nils']],
    },
  ]
}
