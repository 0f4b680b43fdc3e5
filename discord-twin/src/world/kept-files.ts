import { filesOf, type MessageLog } from './message-log.ts'
import type { Attachment, Channel, Message } from './types.ts'

/** The files that can be fetched besides those of generated histories, each as long as some message shows it. */
export class KeptFiles {
  readonly #files = new Map<string, { file: Attachment; uses: number }>()
  /** Histories of deleted channels, whose files forwards may still show. */
  readonly #deleted = new Map<string, MessageLog>()

  keep(message: Message): void {
    for (const file of filesOf(message)) {
      const kept = this.#files.get(file.id)
      if (kept) kept.uses += 1
      else this.#files.set(file.id, { file, uses: 1 })
    }
  }

  release(message: Message): void {
    for (const file of filesOf(message)) {
      const kept = this.#files.get(file.id)
      if (kept && (kept.uses -= 1) <= 0) this.#files.delete(file.id)
    }
  }

  /** Releases the files of every message of a channel that is deleted. */
  releaseChannel({ id, messages }: Channel): void {
    for (const message of messages.stored()) this.release(message)
    if (messages.isGenerated) this.#deleted.set(id, messages)
  }

  /** A file by its id and that of its channel, which is given as long as it is there. */
  find(channel: Channel | undefined, channelId: string, attachmentId: string): Attachment | undefined {
    const file =
      this.#files.get(attachmentId)?.file ??
      channel?.messages.findGeneratedAttachment(attachmentId) ??
      this.#deleted.get(channelId)?.findForwardedAttachment(attachmentId)
    return file?.channelId === channelId ? file : undefined
  }
}
