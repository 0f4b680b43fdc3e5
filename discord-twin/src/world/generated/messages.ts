import { ComponentType, EmbedType, MessageFlags, MessageType, type APIEmbed } from 'discord-api-types/v10'
import { plainMessage } from '../drafts.ts'
import type { Attachment, Forward, Message, Reaction } from '../types.ts'
import { generatedClip, generatedFile } from './files.ts'
import { pick } from './hash.ts'
import type { ChannelHistory } from './history.ts'
import { clipTalk, replyTalk, talk } from './words.ts'

/** What decides about a message; each has a hash of its own. */
const WHO = 10
const WHAT = 11
const SAYS = 12
const FILE = 13
const REACTS = 14
const SOURCE = 15

const EMOJI = ['🔥', '😂', '👍', '❤️', '😮', '🎉'] as const

/** The message at a position. */
export function composeMessage(history: ChannelHistory, position: number): Message {
  const message = plainAt(history, position)
  const role = history.roleAt(position)
  if (role === 'clips') addClips(history, position, message)
  else if (role === 'file') {
    message.content = history.hash(position, SAYS) % 3 === 0 ? talk(history.hash(position, SAYS)) : ''
    message.attachments = [fileAt(history, position, 1)]
  } else if (role) addLink(history, position, message, role === 'video-link')
  else addTalk(history, position, message)
  addReactions(history, position, message, role === 'clips' ? 40 : 4)
  return message
}

function plainAt(history: ChannelHistory, position: number): Message {
  const time = history.timeAt(position)
  const what = history.hash(position, WHAT)
  return plainMessage({
    id: history.idAt(position),
    channelId: history.channelId,
    authorId: authorAt(history, position),
    content: '',
    createdAt: new Date(time),
    ...((what >>> 8) % 33 === 0 ? { editedAt: new Date(time + 5000 + (what % 600_000)) } : {}),
  })
}

/** People often write two messages in a row. */
function authorAt(history: ChannelHistory, position: number): string {
  return pick(history.plan.authorIds, history.hash(position >> 1, WHO))
}

function addTalk(history: ChannelHistory, position: number, message: Message): void {
  const says = history.hash(position, SAYS)
  const what = history.hash(position, WHAT) % 200
  message.content = talk(says)
  if (what < 24 && position > what) {
    message.type = MessageType.Reply
    message.replyTo = history.idAt(position - 1 - (what % 6))
    if (what % 2 === 0) message.content = replyTalk(says)
  } else if (what < 28) {
    const mentioned = pick(history.plan.authorIds, says >>> 3)
    message.content = `<@${mentioned}> ${message.content}`
    message.mentionIds = [mentioned]
  } else if (what < 30) postByWebhook(history, message)
  else if (what === 30) {
    message.content = `@everyone ${message.content}`
    message.mentionEveryone = true
  }
}

function postByWebhook(history: ChannelHistory, message: Message): void {
  const { id, name } = history.plan.webhook
  message.authorId = id
  message.webhook = { id, name, avatar: null }
  message.editedAt = null
}

function addLink(history: ChannelHistory, position: number, message: Message, isVideo: boolean): void {
  const says = history.hash(position, SAYS)
  const host = isVideo ? 'video.example.com' : 'news.example.com'
  const url = `https://${host}/${isVideo ? 'watch' : 'story'}/${(says >>> 1).toString(36)}`
  const thumbnail = { url: `https://${host}/thumbnail/${says % 1000}.jpg`, width: 1280, height: 720 }
  const embed: APIEmbed = {
    type: isVideo ? EmbedType.Video : EmbedType.Article,
    url,
    title: talk(says >>> 2),
    provider: { name: isVideo ? 'Example Video' : 'Example News', url: `https://${host}/` },
    thumbnail,
    ...(isVideo ? { video: { url: `${url}.mp4`, width: 1280, height: 720 } } : { description: talk(says >>> 3) }),
  }
  message.content = says % 2 === 0 ? url : `${talk(says)} ${url}`
  message.embeds = [embed]
}

/** One message in three of those with one clip is more than a post of a file. */
function addClips(history: ChannelHistory, position: number, message: Message): void {
  const count = history.clipsAt(position)
  const what = clipKind(history, position)
  message.content = clipTalk(history.hash(position, SAYS))
  const forward = what === 'forward' ? forwardAt(history, position, message.createdAt.getTime()) : null
  if (forward) {
    Object.assign(message, { forward, content: '', editedAt: null })
    return
  }
  const participantIds =
    what === 'native'
      ? [...new Set([message.authorId, pick(history.plan.authorIds, history.hash(position, SOURCE))])]
      : null
  const files = Array.from({ length: count }, (_, index) =>
    generatedClip(
      {
        id: fileId(message.id, index + 1),
        channelId: history.channelId,
        hash: history.hash(position, FILE + index * 32),
        at: message.createdAt,
      },
      { spoiler: what === 'spoiler', ...(participantIds ? { participantIds } : {}) },
    ),
  )
  if (what === 'components') showInComponents(message, files)
  else message.attachments = what === 'with-picture' ? [...files, fileAt(history, position, count + 1)] : files
  if (what === 'webhook') postByWebhook(history, message)
}

type ClipKind = 'forward' | 'components' | 'native' | 'spoiler' | 'webhook' | 'with-picture' | 'plain'

function clipKind(history: ChannelHistory, position: number): ClipKind {
  const what = history.hash(position, WHAT) % 100
  if (history.clipsAt(position) > 1) return what < 25 ? 'components' : 'plain'
  if (what < 6) return 'forward'
  if (what < 12) return 'components'
  if (what < 22) return 'native'
  if (what < 30) return 'spoiler'
  if (what < 35) return 'webhook'
  return what < 40 ? 'with-picture' : 'plain'
}

/** A clip of the same guild that is older, or null when the one looked at is no file of its own. */
function forwardAt(history: ChannelHistory, position: number, time: number): Forward | null {
  const hash = history.hash(position, SOURCE)
  const source = pick(history.neighbours.histories, hash)
  const older = source.clipMessagesBefore(time)
  if (older.count === 0) return null
  const at = older.at((hash >>> 8) % older.count)
  if (clipKind(source, at) === 'forward' || source.clipsAt(at) > 1) return null
  const { content, attachments, embeds, components, componentFiles, flags, createdAt, editedAt, id } = source.at(at)
  return {
    guildId: source.plan.guildId,
    channelId: source.channelId,
    messageId: id,
    content,
    attachments,
    embeds,
    components,
    componentFiles,
    flags,
    createdAt,
    editedAt: editedAt && editedAt.getTime() < time ? editedAt : null,
  }
}

function showInComponents(message: Message, generated: readonly Attachment[]): void {
  const files = withDistinctNames(generated)
  const [file] = files
  message.flags |= MessageFlags.IsComponentsV2
  message.components = [
    ...(message.content === '' ? [] : [{ type: ComponentType.TextDisplay, id: 1, content: message.content }]),
    files.length > 1 || BigInt(message.id) % 3n !== 0n
      ? {
          type: ComponentType.MediaGallery,
          id: 2,
          items: files.map(({ fileName }) => ({
            media: { url: `attachment://${fileName}` },
            description: null,
            spoiler: false,
          })),
        }
      : { type: ComponentType.File, id: 2, file: { url: `attachment://${file?.fileName}` }, spoiler: false },
  ]
  message.content = ''
  message.componentFiles = files
  message.editedAt = null
}

/** Components name their files: two of one name would be one. */
function withDistinctNames(files: readonly Attachment[]): Attachment[] {
  const names = files.map(({ fileName }) => fileName)
  return files.map((file, index) =>
    names.indexOf(file.fileName) === index ? file : { ...file, fileName: `${index + 1}_${file.fileName}` },
  )
}

function fileAt(history: ChannelHistory, position: number, index: number): Attachment {
  return generatedFile({
    id: fileId(history.idAt(position), index),
    channelId: history.channelId,
    hash: history.hash(position, FILE + index * 64),
    at: new Date(history.timeAt(position)),
  })
}

function fileId(messageId: string, index: number): string {
  return (BigInt(messageId) + BigInt(index)).toString()
}

function addReactions(history: ChannelHistory, position: number, message: Message, percent: number): void {
  const hash = history.hash(position, REACTS)
  if (hash % 100 >= percent) return
  const { authorIds } = history.plan
  message.reactions = Array.from({ length: 1 + ((hash >>> 7) % 3) }, (_, index): Reaction => {
    const users = Array.from({ length: 1 + ((hash >>> (9 + index)) % 5) }, (_user, turn) =>
      pick(authorIds, hash + index * 7 + turn * 13),
    )
    return { emoji: { id: null, name: pick(EMOJI, (hash >>> 12) + index) }, userIds: [...new Set(users)] }
  })
}
