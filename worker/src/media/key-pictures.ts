import { setTimeout as wait } from 'node:timers/promises'
import { EncodedVideoChunk, VideoDecoder, type VideoDecoderConfig, type VideoFrame } from '@napi-rs/webcodecs'
import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack } from 'mediabunny'

/** A picture later than what can be decoded in this time is not waited for. */
const MAX_FORWARD_MS = 5_000

/** Decodes single pictures of a track. The frames are the caller's to close. */
export class KeyPictures {
  readonly #track: InputVideoTrack
  readonly #sink: EncodedPacketSink

  constructor(track: InputVideoTrack) {
    this.#track = track
    this.#sink = new EncodedPacketSink(track)
  }

  /** The key packets at or before the given times, each once. */
  async packetsAt(seconds: readonly number[]): Promise<EncodedPacket[]> {
    const found = new Map<number, EncodedPacket>()
    for (const time of seconds) {
      const packet =
        (await this.#sink.getKeyPacket(time, { verifyKeyPackets: true })) ??
        (await this.#sink.getFirstKeyPacket({ verifyKeyPackets: true }))
      if (packet) found.set(packet.timestamp, packet)
    }
    return [...found.values()]
  }

  /** The picture of a key packet: one packet is decoded, nothing around it. */
  async decode(key: EncodedPacket): Promise<VideoFrame> {
    return await this.#decodeLast([key])
  }

  /** The picture shown at `seconds` or somewhat before, by decoding everything since the key packet. */
  async decodeUntil(key: EncodedPacket, seconds: number): Promise<VideoFrame> {
    return await this.#decodeLast(this.#packetsUntil(key, seconds))
  }

  async *#packetsUntil(key: EncodedPacket, seconds: number): AsyncGenerator<EncodedPacket> {
    const begun = performance.now()
    for await (const packet of this.#sink.packets(key)) {
      if (packet.timestamp > seconds || performance.now() - begun > MAX_FORWARD_MS) return
      yield packet
    }
  }

  async #decodeLast(packets: Iterable<EncodedPacket> | AsyncIterable<EncodedPacket>): Promise<VideoFrame> {
    const config = await this.#track.getDecoderConfig()
    if (!config) throw new Error('The codec is unknown.')
    let last: VideoFrame | undefined
    let problem: unknown
    const decoder = new VideoDecoder({
      output: (frame) => {
        last?.close()
        last = frame
      },
      error: (error) => (problem ??= error),
    })
    try {
      decoder.configure({ ...(config as VideoDecoderConfig), hardwareAcceleration: 'prefer-software' })
      for await (const { type, timestamp, data } of packets) {
        decoder.decode(new EncodedVideoChunk({ type, timestamp: Math.round(timestamp * 1e6), data }))
        // Decoded pictures are large; without this they pile up faster than they are closed.
        while (decoder.state === 'configured' && decoder.decodeQueueSize > 8) await wait(1)
      }
      await decoder.flush()
    } catch (error) {
      problem ??= error
    } finally {
      if (decoder.state !== 'closed') decoder.close()
    }
    if (!last) throw problem ?? new Error('The decoder gave no picture.')
    return last
  }
}
