export type MediaFailureCode =
  | 'not-a-video'
  | 'truncated'
  | 'unsupported'
  | 'no-video-track'
  | 'timeout'
  | 'too-large-picture'
  | 'crashed'

export type Container = 'mp4' | 'mov' | 'matroska' | 'webm'

export type Poster = {
  contentType: 'image/webp'
  width: number
  height: number
  /** Base64. */
  thumbhash: string
}

export type VideoFacts = {
  container: Container
  contentType: string
  durationSeconds: number
  /** As displayed, after rotation. */
  width: number
  height: number
  /** Degrees clockwise that turn the stored pictures upright. */
  rotation: 0 | 90 | 180 | 270
  videoCodec: string
  audioCodec: string | null
  hasAudio: boolean
  poster: Poster | null
  /** Why there is no poster. */
  posterProblem: string | null
}

/** What the child answers, once: what it found, what is wrong with the file, or what is wrong with this machine. */
export type Reply =
  | { outcome: 'facts'; facts: VideoFacts }
  | { outcome: 'refused'; code: MediaFailureCode; message: string }
  | { outcome: 'error'; message: string }

/** Thrown inside the child when the file is at fault. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly code: MediaFailureCode

  constructor(code: MediaFailureCode, message: string) {
    super(message)
    this.code = code
  }
}
