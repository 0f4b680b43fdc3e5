import { ChannelType, PermissionFlagsBits as Bits } from 'discord-api-types/v10'
import type { TwinContext } from '../context.ts'
import { escape } from '../html.ts'
import { byId } from '../snowflake.ts'
import type { Channel, Guild } from '../world/types.ts'
import type { PageState } from './page.ts'

const PEOPLE_SHOWN = 60

const SIGNS: Partial<Record<ChannelType, string>> = {
  [ChannelType.GuildVoice]: '🔊',
  [ChannelType.GuildStageVoice]: '🎙',
  [ChannelType.GuildCategory]: '▾',
  [ChannelType.GuildAnnouncement]: '📣',
  [ChannelType.GuildForum]: '🗂',
  [ChannelType.GuildMedia]: '🖼',
}

/** What the twin is doing, and how a program finds it. */
export function stateSection({ world, signer, clock }: TwinContext, state: PageState): string {
  const facts = {
    'Gateway sessions': number(state.sessions()),
    'Rate limits': state.enforceRateLimits() ? 'enforced' : 'not enforced',
    'Addresses work for': `${number(signer.lifetimeSeconds)} s`,
    Clock: clock.skewMs === 0 ? 'right' : `${number(clock.skewMs)} ms off`,
    'Time for limits': clock.speed === 1 ? 'real' : `${clock.speed} times as fast`,
    Servers: number(world.guilds.size),
    Channels: number(world.channels.size),
    People: number(world.people.size),
    Messages: number([...world.channels.values()].reduce((sum, { messages }) => sum + messages.length, 0)),
  }
  const list = Object.entries(facts).map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
  const env = Object.entries(state.env()).map(([name, value]) => `${name}=${value}`)
  return `<dl class="facts">${list.join('')}</dl><h2>To use it, set</h2><pre>${escape(env.join('\n'))}</pre>`
}

/** Faults that are switched on, and a way to switch on more. */
export function faultsSection({ faults }: TwinContext): string {
  const rows = faults
    .list()
    .map(
      ({ id, kind, strikes, ...options }) =>
        `<tr><td><code>${escape(kind)}</code></td><td><code>${escape(JSON.stringify(options))}</code></td><td class="number">${number(strikes)}</td><td><button data-remove="${escape(id)}">Remove</button></td></tr>`,
    )
  const table =
    rows.length === 0
      ? '<p>None is switched on.</p>'
      : `<div class="scroll"><table><tr><th>Kind</th><th>Where and how</th><th class="number">Times it struck</th><th></th></tr>${rows.join('')}</table></div>`
  const [first, ...others] = faults.kinds()
  const choices = [first, ...others].flatMap((kind) =>
    kind ? [`<option title="${escape(kind.description)}">${escape(kind.name)}</option>`] : [],
  )
  return `<h2>Faults</h2>${table}<p role="alert"></p><form class="row"><select name="kind" aria-label="Kind of fault">${choices.join('')}</select><input name="options" aria-label="Options as JSON" placeholder='{"route": "GET /channels/{channel_id}/messages", "times": 3}'><button>Switch on</button><small style="flex-basis:100%">${escape(first?.description ?? '')}</small></form>`
}

/** Who there is. */
export function peopleSection({ world }: TwinContext): string {
  const people = [...world.people.values()].filter(({ bot }) => !bot)
  const cards = people.slice(0, PEOPLE_SHOWN).map(({ id, username, globalName, avatar }) => {
    const guilds = [...world.guilds.values()].filter(({ members }) => members.has(id)).map(({ name }) => name)
    const picture = avatar ? `<img src="/avatars/${id}/${avatar}.png" alt="" loading="lazy">` : ''
    return `<div class="person">${picture}<span><strong>${escape(globalName ?? username)}</strong> <small>${escape(username)} · ${id}</small><small>${escape(guilds.join(', ') || 'in no server')}</small></span></div>`
  })
  const more = people.length > PEOPLE_SHOWN ? `<p>And ${number(people.length - PEOPLE_SHOWN)} more.</p>` : ''
  return `<h2>People</h2><div class="people">${cards.join('')}</div>${more}`
}

/** Every server with its channels and threads. */
export function guildsSection(context: TwinContext): string {
  const { world } = context
  const guilds = [...world.guilds.values()].map((guild, index) => {
    const picture = guild.icon ? `<img src="/icons/${guild.id}/${guild.icon}.png" alt="" loading="lazy">` : ''
    const owner = world.people.get(guild.ownerId)
    const bot = world.botGuilds.has(guild.id) ? '' : '<span class="badge">without the bot</span>'
    const about = `${number(guild.members.size)} members, owner ${escape(owner?.globalName ?? guild.ownerId)}, ${guild.id}`
    return `<details${index === 0 ? ' open' : ''}><summary>${picture}<span>${escape(guild.name)}${bot}<small>${about}</small></span></summary>${channelTable(context, guild)}</details>`
  })
  return `<h2>Servers</h2>${guilds.join('')}`
}

function channelTable(context: TwinContext, guild: Guild): string {
  const rows = inOrder(context.world.channelsOf(guild.id)).map(({ channel, depth }) => {
    const { messages } = channel
    const sign = channel.thread ? '↳' : (SIGNS[channel.type] ?? '#')
    const badges = badgesOf(context, channel).map((badge) => `<span class="badge">${badge}</span>`)
    const clips = [...messages.withFiles()].filter(({ attachments, componentFiles, forward }) =>
      [...attachments, ...componentFiles, ...(forward?.attachments ?? [])].some(({ contentType }) =>
        contentType?.startsWith('video/'),
      ),
    )
    return `<tr><td class="depth${depth}">${sign} ${escape(channel.name)}${badges.join('')}</td><td><code>${channel.id}</code></td><td class="number">${number(messages.length)}</td><td class="number">${number(clips.length)}</td><td class="number">${number(context.world.readersOf(channel).length)}</td></tr>`
  })
  return `<div class="scroll"><table><tr><th>Channel</th><th>Id</th><th class="number">Messages</th><th class="number">With clips</th><th class="number">Readers</th></tr>${rows.join('')}</table></div>`
}

function badgesOf({ world }: TwinContext, channel: Channel): string[] {
  const bits = world.permissionsIn(channel, world.botId)
  const isHidden = world.botGuilds.has(channel.guildId) && !(bits & Bits.ViewChannel)
  const isUnread = !isHidden && world.botGuilds.has(channel.guildId) && !(bits & Bits.ReadMessageHistory)
  return [
    ...(channel.type === ChannelType.PrivateThread ? ['private'] : []),
    ...(channel.thread?.archived ? ['archived'] : []),
    ...(channel.nsfw ? ['age-restricted'] : []),
    ...(isHidden ? ['hidden from the bot'] : []),
    ...(isUnread ? ['no history for the bot'] : []),
  ]
}

/** Categories with their channels, and channels with their threads, as Discord lists them. */
function inOrder(channels: readonly Channel[]): { channel: Channel; depth: number }[] {
  const children = Map.groupBy(channels, ({ parentId }) => parentId)
  const below = (parentId: string | null, depth: number): { channel: Channel; depth: number }[] =>
    (children.get(parentId) ?? [])
      .toSorted(
        (a, b) =>
          Number(a.type === ChannelType.GuildCategory) - Number(b.type === ChannelType.GuildCategory) ||
          a.position - b.position ||
          byId(a, b),
      )
      .flatMap((channel) => [{ channel, depth }, ...below(channel.id, Math.min(depth + 1, 2))])
  return below(null, 0)
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
