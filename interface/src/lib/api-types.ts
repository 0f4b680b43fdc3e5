/** A clip as the API gives it to a browser. */
export type ClipItem = {
  id: string
  guildId: string
  guildName: string
  channelId: string
  channelName: string | null
  authorName: string | null
  authorAvatar: string | null
  text: string
  filename: string
  sizeBytes: number
  width: number | null
  height: number | null
  durationSeconds: number | null
  placeholder: string | null
  isSpoiler: boolean
  isNativeClip: boolean
  isForward: boolean
  postedAt: string
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

/** The state of reading one channel. */
export type ChannelScanItem = {
  channelId: string
  channelName: string | null
  channelType: string | null
  categoryName: string | null
  isReading: boolean
  status: ScanStatus
  runId: string | null
  messagesScanned: number
  clipsFound: number
  /** How far back the run has read, and how much of the channel's life that is (0 to 1). */
  readBackTo: string | null
  progress: number | null
  error: string | null
  startedAt: string | null
  finishedAt: string | null
  clips: { ready: number; pending: number; failed: number }
}

/** The scan page of a guild. */
export type GuildScans = { guild: GuildItem; channels: ChannelScanItem[] }

/** Why a request was refused. */
export type ApiProblem = { code: string; message: string; fields?: Record<string, string> }
