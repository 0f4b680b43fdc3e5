import type { Erasure, PersonRecord } from '@dcs/shared/db'

const GUILDS_SHOWN = 15

/** What is kept of a person, for them to read. */
export function describeRecord(record: PersonRecord, pages: string | undefined): string {
  const { clips, account } = record
  const lines = [
    record.optedOutSince === null
      ? 'Your clips are kept where a server collects them. `/privacy opt-out` stops that.'
      : `Nothing new of you is kept since ${day(record.optedOutSince)}, and nobody sees clips of yours.`,
    clips.total === 0
      ? 'No clip of yours is kept.'
      : `**${clips.total} clips** of yours are kept: ${clips.videos} videos and ${clips.posters} pictures, ${megabytes(clips.bytes)} MB, ${clips.texts} with the text of their message.`,
    ...clips.byGuild
      .slice(0, GUILDS_SHOWN)
      .map(({ guild, clips: count, channels }) => `- ${plain(guild)}: ${count} in ${channels} channels`),
    clips.byGuild.length > GUILDS_SHOWN ? `- and ${clips.byGuild.length - GUILDS_SHOWN} more servers` : null,
    clips.names.length > 0 ? `Names that are kept with them: ${clips.names.slice(0, 10).map(plain).join(', ')}.` : null,
    record.namedIn > 0 ? `You are named in ${record.namedIn} clips of others.` : null,
    account === null
      ? 'You have no account here.'
      : `Your account here: ${plain(account.globalName ?? account.username ?? record.userId)}, ${record.sessions} sessions, ${record.tokens} tokens.`,
    record.auditEntries > 0 ? `The audit log has ${record.auditEntries} changes by you.` : null,
    pages ? `All of it: <${pages}/account/privacy>. How this instance treats data: <${pages}/privacy>.` : null,
  ]
  return lines.filter((line) => line !== null).join('\n')
}

/** How far an erasure is, for the person who asked. */
export function describeErasing(erasure: Erasure, pages: string | undefined): string {
  const clips = erasure.found.clips ?? 0
  const receipt = pages
    ? `Your receipt: <${pages}/account/privacy> (number ${erasure.id}).`
    : `Its number: ${erasure.id}.`
  if (erasure.erasedAt)
    return `Erased: ${erasure.erased.clips ?? 0} clips and ${erasure.erased.files ?? 0} files. ${receipt}`
  const left = erasure.clipsLeft ?? clips
  return `${clips} clips are out of reach now. They are being erased from the disk; ${left} are left. ${receipt}`
}

function day(time: string): string {
  return `<t:${Math.floor(Date.parse(time) / 1_000)}:D>`
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}

function plain(name: string): string {
  return name.replaceAll(/[*_`~|\\<>@#[\]]/g, String.raw`\$&`)
}
