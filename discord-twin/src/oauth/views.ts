import type { TwinContext } from '../context.ts'
import { escape } from '../html.ts'
import type { Guild, Person } from '../world/types.ts'
import type { Query, Wish } from './request.ts'

type View = { title: string; body: string }

/** Why a sign-in cannot go on. */
export function refusalPage(problem: string): View {
  const title = 'Sign-in cannot go on'
  return { title, body: `<h1>${title}</h1><p>${escape(problem)}</p>` }
}

/** Who there is to be. */
export function personPage({ world, application }: TwinContext, query: Query, { scopes }: Wish): View {
  const people = [...world.people.values()].filter(({ bot }) => !bot)
  const buttons = people.map((person) => {
    const guilds = [...world.guilds.values()].filter((guild) => guild.members.has(person.id))
    const roles = guilds
      .map((guild) => (guild.ownerId === person.id ? `owner of ${guild.name}` : guild.name))
      .join(', ')
    return button({
      name: 'user_id',
      value: person.id,
      picture: person.avatar ? `/avatars/${person.id}/${person.avatar}.png` : null,
      label: `Continue as ${person.globalName ?? person.username}`,
      note: roles || 'in no server',
    })
  })
  const about = `This page stands in for Discord’s own sign-in. ${application.name} asks to know ${scopes.join(' ')}. The people are made up.`
  return {
    title: 'Sign in to the demo world',
    body: `<h1>Who are you?</h1><p>${escape(about)}</p>${form(query, buttons, '', 'user_id')}`,
  }
}

/** Which server the bot goes to. The one that was asked for comes first. */
export function serverPage(
  { world, application }: TwinContext,
  query: Query,
  { bot }: Wish,
  person: Person,
  guilds: readonly Guild[],
): View {
  const ordered = guilds.toSorted((a, b) => Number(b.id === bot?.guildId) - Number(a.id === bot?.guildId))
  const buttons = ordered.map((guild) =>
    button({
      name: 'guild_id',
      value: guild.id,
      picture: guild.icon ? `/icons/${guild.id}/${guild.icon}.png` : null,
      label: `Add to ${guild.name}`,
      note: world.botGuilds.has(guild.id) ? 'it is there already' : `${guild.members.size} members`,
    }),
  )
  const name = person.globalName ?? person.username
  const about =
    guilds.length > 0
      ? `${application.name} asks to be added to a server, with the permissions ${bot?.permissions ?? 0n}. ${name} may add it here:`
      : `${name} manages ${bot?.isFixed ? 'this server not' : 'no server'}, so the bot cannot be added.`
  const hidden = `<input type="hidden" name="user_id" value="${escape(person.id)}">`
  return {
    title: 'Add the bot to a server',
    body: `<h1>Add to which server?</h1><p>${escape(about)}</p>${form(query, buttons, hidden, 'guild_id')}`,
  }
}

/** The end of an invitation that nobody waits for. */
export function addedPage({ application }: TwinContext, guild: Guild): View {
  const title = 'Success'
  const words = `${application.name} has been authorized and added to ${guild.name}. You may now close this page.`
  return { title, body: `<h1>${title}</h1><p>${escape(words)}</p>` }
}

function button({
  name,
  value,
  picture,
  label,
  note,
}: Record<'name' | 'value' | 'label' | 'note', string> & { picture: string | null }): string {
  const image = picture ? `<img src="${escape(picture)}" alt="">` : ''
  return `<button name="${name}" value="${escape(value)}">${image}<span><strong>${escape(label)}</strong><small>${escape(note)}</small></span></button>`
}

function form(query: Query, buttons: readonly string[], hidden: string, cancels: string): string {
  const search = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  return `<form method="post" action="/oauth2/authorize?${escape(search.toString())}">${hidden}<div class="people">${buttons.join('')}</div><button class="cancel" name="${cancels}" value="">Cancel</button></form>`
}
