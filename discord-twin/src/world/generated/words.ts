import { pick } from './hash.ts'

const GAMES = [
  'Neon Drift',
  'Hexflight',
  'Starfall',
  'Crypt Crawler',
  'Sunset Circuit',
  'Canyon Ops',
  'Rooftop Run',
  'Snek',
  'Otter Kombat',
  'Rocket Ball',
  'Moss Island',
  'Block Party',
] as const

const TALK = [
  'anyone up for {game} tonight?',
  'i can play from {hour}',
  'no way that just happened',
  'gg everyone',
  'we lost {small} in a row, i need a break',
  'my ping is {number} again, great',
  'who has the server password?',
  'new patch for {game} is out, {number} MB',
  'that was so close',
  'one more round, then bed',
  'i said one more round {small} rounds ago',
  'lol',
  'brb, food',
  'does anybody understand the new map?',
  'the trick is to wait for the second door',
  'finally rank {number} in {game}',
  'same time tomorrow?',
  'sorry, family dinner, later',
  'my headset died in the middle of the fight',
  'good one',
  'that boss took us {small} hours',
  'can somebody explain the scoring of {game}?',
  'the update broke my settings again',
  'i am in the lobby',
  'ok who threw the grenade',
  'not me',
  'it was totally you',
  'happy birthday!',
  'server restart in {small} minutes',
  'the soundtrack of {game} is so good',
  'i got the achievement after {number} tries',
  'haha yes',
  'is there a discount on {game} right now?',
  'ready when you are',
  'somebody clip that please',
  'that should be in the highlights',
  'i will stream it at {hour}',
  'what a save!',
  'this lobby is full of bots',
  'we need a fourth for {game}',
] as const

const CLIP_TALK = [
  '',
  '',
  '',
  'look at this',
  'how did that even work',
  'clip of the week',
  '{small} kills with one shot',
  'the ending of that {game} round',
  'i am still laughing',
  'from yesterday evening',
  'watch until the end',
  'new personal best in {game}',
] as const

const REPLIES = [
  'this',
  'true',
  'no chance',
  'where was that?',
  'nice',
  'again please',
  'haha',
  'same',
  'agreed',
] as const

const NAMES = [
  'Replay {date} {clock}',
  'Desktop {date} - {clock}.DVR',
  '{game}_{date}',
  'clutch_{number}',
  'Screen Recording {date} at {clock}',
  'highlight-{number}',
  'untitled',
  'VID_{number}',
] as const

/** A sentence of the talk between clips. */
export function talk(hash: number): string {
  return fill(pick(TALK, hash), hash)
}

/** What is said with a clip; often nothing. */
export function clipTalk(hash: number): string {
  return fill(pick(CLIP_TALK, hash), hash)
}

/** A short answer. */
export function replyTalk(hash: number): string {
  return pick(REPLIES, hash)
}

/** A game that people talk about. */
export function game(hash: number): string {
  return pick(GAMES, hash)
}

/** A file name as programs that record games choose it, without extension. */
export function recordingName(hash: number, at: Date): string {
  const [date = '', time = ''] = at.toISOString().split('T')
  return fill(pick(NAMES, hash), hash).replace('{date}', date).replace('{clock}', time.slice(0, 8).replaceAll(':', '-'))
}

function fill(text: string, hash: number): string {
  if (!text.includes('{')) return text
  return text.replace(/\{(game|hour|small|number)\}/g, (_, what: string) => {
    if (what === 'game') return game(hash >>> 7)
    if (what === 'hour') return `${17 + ((hash >>> 9) % 6)}:${(hash >>> 12) % 2 ? '30' : '00'}`
    return String(what === 'small' ? 2 + ((hash >>> 8) % 8) : 20 + ((hash >>> 8) % 980))
  })
}
