/** A clip as the API gives it to a browser. */
export type ClipItem = {
  id: string
  guildId: string
  guildName: string
  channelId: string
  /** Of a forum post or thread: its title. */
  channelName: string | null
  isThread: boolean
  /** Tags of the forum post. */
  channelTags: string[]
  authorName: string | null
  authorAvatar: string | null
  /** Posted by a bot or a webhook. */
  isBot: boolean
  text: string
  /** What the file or the embedded page calls it. */
  title: string | null
  /** What somebody called it here. */
  givenTitle: string | null
  /** What people here tagged it with. */
  tags: string[]
  /** Who of those that see the channel sees it: all, who has the link, or the author and managers. */
  visibility: 'public' | 'unlisted' | 'private'
  /** What the viewer may do with it. */
  may: { edit: boolean; tag: boolean; delete: boolean }
  /** What describes the video for those who cannot see it. */
  description: string | null
  filename: string
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  placeholder: string | null
  isSpoiler: boolean
  isNativeClip: boolean
  /** Where in the message the video stands. */
  source: 'attachment' | 'forward' | 'component' | 'embed' | 'link'
  /** What was posted, of an embed or a link. */
  linkUrl: string | null
  /** Native clips: when, in which game and with whom it was recorded. */
  recordedAt: string | null
  gameName: string | null
  participants: { id: string; name: string; avatar: string | null }[]
  postedAt: string
  editedAt: string | null
  state: 'pending' | 'ready' | 'failed'
  failureCode: string | null
  failureMessage: string | null
  videoCodec: string | null
  audioCodec: string | null
  posterUrl: string | null
  videoUrl: string | null
  discordUrl: string
}

/** A page of clips; `next` is the cursor of the one after it. */
export type ClipPage = { clips: ClipItem[]; next: string | null }

/** One clip with the clip that follows it in the library. */
export type ClipDetail = { clip: ClipItem; olderId: string | null }

/** A guild the viewer is in. */
export type GuildItem = { id: string; name: string; icon: string | null; canManage: boolean }

export type ScanStatus = 'never' | 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled'

/** quick asks Discord's search, complete reads the whole history, recheck looks at stored clips again. */
export type ScanMode = 'quick' | 'complete' | 'recheck'

/** A mode as it is stored; `forward` reads only what is new, and is not offered to people. */
export type RunMode = ScanMode | 'forward'

/** What is known about reading a channel. */
export type ChannelState = 'unknown' | 'readable' | 'empty' | 'no_permission' | 'hidden' | 'gone' | 'rate_limited'

/** What has been read of a channel. */
export type CoverageItem = {
  state: ChannelState
  /** What has been read and what is missing, in one sentence. */
  sentence: string
  /** What to do about it; null when there is nothing to do. */
  advice: string | null
  /** What has been read between the beginning of the channel (0) and now (1), oldest first. */
  parts: { from: number; to: number }[]
  isComplete: boolean
}

/** The threads or posts of a channel, counted. */
export type ThreadCounts = { total: number; active: number; failed: number; clips: number }

/** The state of reading one channel. */
export type ChannelScanItem = {
  channelId: string
  channelName: string | null
  channelType: string | null
  categoryName: string | null
  /** The channel of a thread; null for a channel. */
  parentId: string | null
  isArchived: boolean
  /** Switched on: what is posted is kept. */
  isReading: boolean
  /** A thread that is read because its channel is; it has no switch of its own. */
  isReadWithParent: boolean
  /** Whether its threads or posts are read, too. */
  readsThreads: boolean
  status: ScanStatus
  mode: RunMode | null
  isPaused: boolean
  /** How many scans of this server are before it; null when it does not wait. */
  queuePosition: number | null
  runId: string | null
  messagesScanned: number
  /** Of all clips, also those that not everybody sees: null for who may not see statistics. */
  clipsFound: number | null
  clipsAdded: number | null
  messagesPerSecond: number | null
  /** Seconds until it is done, as far as can be told. */
  etaSeconds: number | null
  /** How far back the run has read, and how much of the channel's life that is (0 to 1). */
  readBackTo: string | null
  progress: number | null
  error: string | null
  startedAt: string | null
  finishedAt: string | null
  coverage: CoverageItem
  clips: { ready: number; pending: number; failed: number }
  threads: ThreadCounts | null
}

/** A scan of a server as it was asked for. Numbers are null when it is also of channels the viewer may not read. */
export type GuildScanItem = {
  scanId: string
  mode: RunMode
  status: Exclude<ScanStatus, 'never'>
  isPaused: boolean
  /** How many channels were asked for; null: all that are switched on. */
  channels: number | null
  requestedBy: string | null
  /** The search part; null when it has none. */
  search: { status: Exclude<ScanStatus, 'never'>; found: number; expected: number | null } | null
  runs: { total: number; done: number; failed: number } | null
  messagesScanned: number | null
  messagesPerSecond: number | null
  clipsAdded: number | null
  /** Failed, but not in every channel. */
  isPartial: boolean
  error: string | null
  createdAt: string
  finishedAt: string | null
}

/** How much of what Discord allows is used. */
export type BudgetItem = {
  usedPerSecond: number
  allowedPerSecond: number
  /** Why everything is stopped; null while it works. */
  stopped: { reason: string; until: string | null } | null
}

/** What only managers see of a server's scans. */
export type ManagerScans = { scan: GuildScanItem | null; budget: BudgetItem | null; problems: number }

/** The scan page of a guild. */
export type GuildScans = { guild: GuildItem; channels: ChannelScanItem[]; manager: ManagerScans | null }

/** The threads or posts of one channel, newest first. */
export type ThreadScans = { threads: ChannelScanItem[]; next: string | null }

/** One run of a channel that is or was. */
export type ScanRunItem = {
  runId: string
  mode: RunMode
  status: Exclude<ScanStatus, 'never'>
  requestedBy: string | null
  messagesScanned: number
  clipsFound: number
  clipsAdded: number
  seconds: number | null
  error: string | null
  createdAt: string
  finishedAt: string | null
}

/** A page of the runs of a channel, newest first; `next` is the cursor of the one after it. */
export type ScanRunPage = { runs: ScanRunItem[]; next: string | null }

/** A job that ended without success. */
export type ProblemItem = {
  id: string
  /** What was tried, in words. */
  title: string
  /** Why it did not work, in words. */
  reason: string
  code: string
  attempts: number
  failedAt: string
  channelId: string | null
  channelName: string | null
  clipId: string | null
  clipName: string | null
  /** Somebody asked to try it again, and that is not over yet. */
  isRetrying: boolean
}

/** A page of what went wrong in a server, newest first; `total` counts all that is not being tried again, `next` is the cursor of the page after it. */
export type GuildProblems = { guild: GuildItem; problems: ProblemItem[]; total: number; next: string | null }

/** The settings of a server that are about scanning, as they count now. */
export type ScanSettings = {
  enabled_by_default: boolean
  parse_threads: boolean
  ignore_nsfw_channels: boolean
  search_first: boolean
  schedule_cron: string
  tz: string
  deletion_policy: 'keep' | 'hide' | 'purge'
  deletion_grace_days: number
}

/** The form of scanning settings with what counts now. */
export type GuildScanSettings = {
  guild: GuildItem
  settings: ScanSettings
  timeZones: string[]
  /** How many problems the server has. */
  problems: number
}

/** A request to erase everything of a person or a server, and how it goes. Times are ISO 8601; null: not yet. */
export type ErasureItem = {
  id: string
  requestedAt: string
  /** When it begins; until then it can be taken back. */
  dueAt: string
  unreachableAt: string | null
  erasedAt: string | null
  cancelledAt: string | null
  clipsFound: number
  clipsErased: number
  filesErased: number
  /** Null until it begins. */
  clipsLeft: number | null
  withAccount: boolean
  leavesGuild: boolean
}

/** What is kept of the person who asks. */
export type PersonPrivacy = {
  record: {
    userId: string
    optedOutSince: string | null
    clips: {
      total: number
      videos: number
      posters: number
      bytes: number
      texts: number
      names: string[]
      byGuild: { guildId: string; guild: string; clips: number; channels: number; oldest: string; newest: string }[]
    }
    namedIn: number
    account: {
      username: string | null
      globalName: string | null
      avatar: string | null
      lastLoginAt: string | null
    } | null
    sessions: number
    tokens: number
    memberships: number
    marks: number
    auditEntries: number
    blockedIn: number
  }
  erasures: ErasureItem[]
  /** What is to be typed before everything is erased. */
  eraseWord: string
}

/** Whether everything of a server is to be erased: the request that is open, or the last that ended. */
export type GuildPurge = { guild: GuildItem; graceDays: number; purge: ErasureItem | null }

/** What the public page says about this instance. */
export type PublicPrivacy = {
  contact: string | null
  /** For how many days the operator keeps logs; null: they did not say. */
  logDays: number | null
  /** What counts in a server until its managers change it. */
  defaults: {
    keepsText: boolean
    deletionPolicy: 'keep' | 'hide' | 'purge'
    deletionGraceDays: number
    eraseWhenRemovedDays: number
    purgeGraceDays: number
  }
  isEncrypted: boolean
  storesCopiesOfLinks: boolean
}

/** Why a request was refused. */
export type ApiProblem = { code: string; message: string; fields?: Record<string, string> }

/** Who may do what in a server; roles by their ids. */
export type AccessSettings = {
  age_restricted_clips: 'hide' | 'viewer-choice'
  keep_message_text: boolean
  roles_may_tag: string[]
  roles_may_edit: string[]
  roles_may_delete: string[]
  roles_may_see_stats: string[]
}

/** An author of whom nothing is kept or shown in a server. */
export type BlockedAuthorItem = {
  userId: string
  name: string | null
  reason: string | null
  since: string
  /** How many of their clips are kept out of sight. */
  clips: number
}

/** The page "Access" of a server. Roles from the highest down; the lowest is everyone. */
export type GuildAccessForm = {
  guild: GuildItem
  settings: AccessSettings
  roles: { id: string; name: string }[]
  blocked: BlockedAuthorItem[]
  problems: number
}

/** A change that a person made. */
export type AuditItem = {
  id: string
  at: string
  actor: string
  via: 'web' | 'discord' | 'cli' | 'api-token'
  action: string
  target: string | null
  details: Record<string, unknown>
}

/** A page of the changes in a server, newest first; `next` is the cursor of the one after it. */
export type GuildAudit = { guild: GuildItem; entries: AuditItem[]; next: string | null; problems: number }

/** An API token, without what it is. Times are ISO 8601. */
export type ApiTokenItem = {
  id: string
  name: string
  /** Its beginning. */
  hint: string
  scopes: string[]
  createdAt: string
  expiresAt: string
  lastUsedAt: string | null
  revokedAt: string | null
}

/** The viewer's API tokens, the scopes there are, and how many may work at a time. */
export type ApiTokens = { tokens: ApiTokenItem[]; scopes: string[]; most: number }

/** A browser somebody is signed in with; `lastUsedAt` is exact to the hour. */
export type SessionItem = {
  id: string
  /** The one that asks. */
  isThis: boolean
  device: string
  address: string | null
  createdAt: string
  lastUsedAt: string
  expiresAt: string
}

/** The browsers the viewer is signed in with, this one first. */
export type Sessions = { sessions: SessionItem[] }

/** The viewer's servers with the bot, and those they could add it to; `problem`: why the latter are not known. */
export type ServerList = {
  servers: (GuildItem & { holder: { name: string; isYou: boolean } | null })[]
  addable: { id: string; name: string; icon: string | null }[]
  problem: string | null
}

/** The page "Server" of a server. */
export type GuildServer = {
  guild: GuildItem
  /** Who claimed it. */
  holder: { userId: string; name: string; isYou: boolean } | null
  /** Managers who have signed in here, to whom it could be handed. */
  candidates: { userId: string; name: string }[]
  /** What the bot is invited with, and what for. */
  permissions: { name: string; reason: string }[]
  /** Which of these it has not got; null: Discord does not say. */
  missing: string[] | null
  /** Channels the viewer sees and the bot cannot read. */
  unreadable: { names: string[]; total: number }
  problems: number
}
