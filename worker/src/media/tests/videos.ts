/** Makes the videos that tests look at, from a stored one or from colours. */
import { readFile, writeFile } from 'node:fs/promises'
import { VideoEncoder, VideoFrame } from '@napi-rs/webcodecs'
import {
  BufferSource,
  BufferTarget,
  EncodedPacket,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  MATROSKA,
  MP4,
  WEBM,
  type OutputFormat,
  type Rotation,
} from 'mediabunny'

const formats = {
  mp4: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
  'fragmented-mp4': () => new Mp4OutputFormat({ fastStart: 'fragmented' }),
  mov: () => new MovOutputFormat(),
  mkv: () => new MkvOutputFormat(),
  'live-mkv': () => new MkvOutputFormat({ appendOnly: true }),
} satisfies Record<string, () => OutputFormat>

type Recipe = { format: keyof typeof formats; rotation?: Rotation; without?: 'video' }

/** Puts the packets of `source` into another container. */
export async function remux(source: string, target: string, { format, rotation = 0, without }: Recipe): Promise<void> {
  const input = new Input({ formats: [MP4, MATROSKA, WEBM], source: new BufferSource(await readFile(source)) })
  const output = new Output({ format: formats[format](), target: new BufferTarget() })
  const copies: (() => Promise<void>)[] = []
  const video = await input.getPrimaryVideoTrack()
  if (video && without !== 'video') {
    const packets = new EncodedVideoPacketSource((await video.getCodec())!)
    output.addVideoTrack(packets, { rotation })
    const decoderConfig = (await video.getDecoderConfig())!
    copies.push(async () => {
      for await (const packet of new EncodedPacketSink(video).packets()) await packets.add(packet, { decoderConfig })
      packets.close()
    })
  }
  const audio = await input.getPrimaryAudioTrack()
  if (audio) {
    const packets = new EncodedAudioPacketSource((await audio.getCodec())!)
    output.addAudioTrack(packets)
    const decoderConfig = (await audio.getDecoderConfig())!
    copies.push(async () => {
      for await (const packet of new EncodedPacketSink(audio).packets()) await packets.add(packet, { decoderConfig })
      packets.close()
    })
  }
  await output.start()
  await Promise.all(copies.map((copy) => copy()))
  await output.finalize()
  await writeFile(target, new Uint8Array(output.target.buffer!))
}

type Drawing = { pictures: readonly ('black' | 'bars')[]; keyEvery: number; size?: number }

/** Encodes ten pictures a second. */
export async function encode(target: string, { pictures, keyEvery, size = 64 }: Drawing): Promise<void> {
  const output = new Output({ format: formats.mp4(), target: new BufferTarget() })
  const packets = new EncodedVideoPacketSource('avc')
  output.addVideoTrack(packets)
  await output.start()
  const made: [EncodedPacket, EncodedVideoChunkMetadata | undefined][] = []
  const encoder = new VideoEncoder({
    output: (chunk, metadata) => {
      const data = new Uint8Array(chunk.byteLength)
      chunk.copyTo(data)
      made.push([
        new EncodedPacket(data, chunk.type, chunk.timestamp / 1e6, 0.1),
        metadata as EncodedVideoChunkMetadata | undefined,
      ])
    },
    error: (error) => {
      throw error
    },
  })
  encoder.configure({ codec: 'avc1.42001f', width: size, height: size, framerate: 10, latencyMode: 'realtime' })
  for (const [index, picture] of pictures.entries()) {
    const frame = new VideoFrame(draw(picture, size), {
      format: 'I420',
      codedWidth: size,
      codedHeight: size,
      timestamp: index * 100_000,
    })
    encoder.encode(frame, { keyFrame: index % keyEvery === 0 })
    frame.close()
  }
  await encoder.flush()
  encoder.close()
  for (const [packet, metadata] of made) await packets.add(packet, metadata)
  packets.close()
  await output.finalize()
  await writeFile(target, new Uint8Array(output.target.buffer!))
}

/** One picture as I420. */
function draw(picture: 'black' | 'bars', size: number): Uint8Array {
  const luma = size * size
  const bytes = new Uint8Array(luma * 1.5).fill(16, 0, luma).fill(128, luma)
  if (picture === 'bars') for (let i = 0; i < luma; i++) bytes[i] = 16 + (i % size) * (219 / size)
  return bytes
}
