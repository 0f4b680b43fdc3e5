/** A message as a test compares it. */
export type SeenMessage = {
  id: string
  channelId: string
  content: string
  files: { name: string; url: string; size: number }[]
}

/** What the scenario asks of a client library; each adapter does it with its library's own words. */
export type ForeignClient = {
  /** Connects and returns when every guild has arrived. Every message and resume from now on is told. */
  login: (on: { message: (message: SeenMessage) => void; resumed: () => void }) => Promise<void>
  /** Names of guilds, and of their channels as the library's own rules show them. */
  guilds: () => { id: string; name: string; channels: { id: string; name: string }[] }[]
  /** One page of history, as it came. */
  history: (channelId: string, page: { limit: number; before?: string; after?: string }) => Promise<SeenMessage[]>
  post: (channelId: string, content: string, file?: { name: string; bytes: Buffer }) => Promise<SeenMessage>
  edit: (channelId: string, messageId: string, content: string) => Promise<SeenMessage>
  remove: (channelId: string, messageId: string) => Promise<void>
  react: (channelId: string, messageId: string, emoji: string) => Promise<void>
  startThread: (channelId: string, messageId: string, name: string) => Promise<{ id: string; parentId: string | null }>
  archive: (threadId: string) => Promise<void>
  activeThreads: (guildId: string) => Promise<string[]>
  archivedThreads: (channelId: string) => Promise<string[]>
  /** Registers a slash command that defers, then answers `answer` with the text of its option, then follows up. */
  addCommand: (guildId: string, name: string, answer: (text: string) => string) => Promise<void>
  logout: () => Promise<void>
}

/** Where a client finds the twin. */
export type Place = { apiUrl: string; token: string }
