import { EncodedPacketSink, Input, MATROSKA, MP4, QTFF, UnsupportedInputFormatError, WEBM } from 'mediabunny'
import type { InputFormat, InputTrack, InputVideoTrack } from 'mediabunny'
import { summarizeBoxes } from './boxes.ts'
import { DAMAGED, type FileSource } from './file-source.ts'
import { Refusal, type Container, type VideoFacts } from './inspection.ts'
import { isSegmentCut } from './segment.ts'
import { describeBytes, SNIFF_BYTES } from './sniff.ts'

const YEAR_SECONDS = 365 * 24 * 60 * 60
/** More than the pixels of 8K video in either direction; what no screen shows. */
const MAX_SIDE = 32_768

export type OpenVideo = {
  facts: Omit<VideoFacts, 'poster' | 'posterProblem'>
  track: InputVideoTrack
  startSeconds: number
}

const containers = new Map<InputFormat, Container>([
  [MP4, 'mp4'],
  [QTFF, 'mov'],
  [MATROSKA, 'matroska'],
  [WEBM, 'webm'],
])

const contentTypes: Record<Container, string> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  matroska: 'video/x-matroska',
  webm: 'video/webm',
}

/** Reads what the container says, and that every packet it promises is there. Throws a Refusal when the file is at fault. */
export async function readFacts(file: FileSource): Promise<OpenVideo> {
  if (file.size === 0) throw new Refusal('not-a-video', 'The file is not a video: it is empty.')
  // Only these: other formats are lists of further files and addresses, which would be read.
  const input = new Input({ formats: [MP4, QTFF, MATROSKA, WEBM], source: file.source })
  const container = await recognize(input, file)
  const tracks = await input.getTracks()
  if (tracks.length === 0) throw await withoutTracks(container, file)
  const track = await input.getPrimaryVideoTrack()
  if (!track) throw new Refusal('no-video-track', 'The file has sound but no picture.')
  const audio = await input.getPrimaryAudioTrack()
  await requireAllPackets(track, tracks)
  if ((container === 'matroska' || container === 'webm') && (await isSegmentCut(file))) throw cutOff()

  const startSeconds = await input.getFirstTimestamp()
  const end = (await input.computeDuration()) || (await input.getDurationFromMetadata()) || 0
  const facts = {
    container,
    contentType: contentTypes[container],
    durationSeconds: Math.max(end - Math.max(startSeconds, 0), 0.001),
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    rotation: await track.getRotation(),
    videoCodec: await codecName(track),
    audioCodec: audio && (await codecName(audio)),
    hasAudio: audio !== null,
  }
  requirePlausible(facts)
  return { facts, track, startSeconds }
}

async function recognize(input: Input, file: FileSource): Promise<Container> {
  // Shorter than any header, which the demuxer asserts.
  const format = file.size < 12 ? null : await input.getFormat().catch(unlessUnrecognized)
  const container = format && containers.get(format)
  if (container) return container
  const { name, isVideo } = describeBytes(Buffer.from(await file.read(0, Math.min(file.size, SNIFF_BYTES))))
  if (isVideo) throw new Refusal('unsupported', `The file is ${name}. Only MP4, MOV, MKV and WebM videos can be read.`)
  throw new Refusal(
    'not-a-video',
    `The file is not a video: it is ${name ?? 'neither an MP4 nor a MOV, MKV or WebM file'}.`,
  )
}

function unlessUnrecognized(error: unknown): null {
  if (error instanceof UnsupportedInputFormatError) return null
  throw error
}

async function withoutTracks(container: Container, file: FileSource): Promise<Refusal> {
  if (container === 'mp4' || container === 'mov') {
    const { types, isCut } = await summarizeBoxes(file)
    if (types.has('meta') && !types.has('moov'))
      return new Refusal('not-a-video', 'The file is not a video: it is a picture.')
    if (types.has('moov') && !isCut) return new Refusal('no-video-track', 'The file has neither picture nor sound.')
  }
  return new Refusal('truncated', 'The file ends too early: its index is missing.')
}

/** An index at the front survives when the rest is cut off, so each track's last packet must be there too. */
async function requireAllPackets(video: InputTrack, tracks: readonly InputTrack[]): Promise<void> {
  for (const track of tracks) {
    const sink = new EncodedPacketSink(track)
    const promised = await sink.getPacket(Infinity, { metadataOnly: true })
    if (!promised && track === video) throw new Refusal('truncated', 'The file ends too early: it has no pictures.')
    if (promised && !(await sink.getPacket(Infinity))) throw cutOff()
  }
}

function cutOff(): Refusal {
  return new Refusal('truncated', 'The file ends too early: part of the video is missing.')
}

/** What a codec is called by us or, when we do not know it, by the container. */
async function codecName(track: InputTrack): Promise<string> {
  const codec = (await track.getCodec()) ?? (await track.getInternalCodecId())
  return (
    String(codec)
      .replaceAll(/[^\w./-]/g, '')
      .slice(0, 40) || 'unknown'
  )
}

function requirePlausible({ durationSeconds, width, height }: OpenVideo['facts']): void {
  if (!(durationSeconds < YEAR_SECONDS) || !(width >= 1) || !(height >= 1)) throw new Refusal('unsupported', DAMAGED)
  if (Math.max(width, height) > MAX_SIDE) throw tooLarge(width, height)
}

export function tooLarge(width: number, height: number): Refusal {
  return new Refusal('too-large-picture', `The video's picture is too large: ${width} × ${height} pixels.`)
}
