/** A little tune per clip: bass, arpeggio and soft noise, as 16-bit stereo samples in a WAV file. */
import { chance } from './canvas.ts'

const sampleRate = 48_000
const scale = [0, 3, 5, 7, 10, 12, 15, 17]

export function tune(seconds: number, seed: number): Buffer {
  const frames = Math.round(seconds * sampleRate)
  const data = Buffer.alloc(44 + frames * 4)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + frames * 4, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(2, 22)
  data.writeUInt32LE(sampleRate, 24)
  data.writeUInt32LE(sampleRate * 4, 28)
  data.writeUInt16LE(4, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(frames * 4, 40)

  const root = 41 + Math.floor(chance(seed, 1) * 8)
  const step = 0.13 + chance(seed, 2) * 0.05
  for (let i = 0; i < frames; i += 1) {
    const time = i / sampleRate
    const note = Math.floor(time / step)
    const inNote = time - note * step
    const lead = wave(time, root + 24 + (scale[Math.floor(chance(seed + 3, note % 16) * scale.length)] ?? 0)) * Math.exp(-inNote * 14) * 0.16
    const bass = Math.sin(2 * Math.PI * pitch(root - 12 + (note % 32 < 16 ? 0 : 5)) * time) * 0.2 * Math.exp(-(time % (step * 4)) * 2.5)
    const hat = (chance(seed + 9, i) - 0.5) * Math.exp(-(time % (step * 2)) * 60) * 0.1
    const fade = Math.min(1, time * 20, (seconds - time) * 6)
    const pan = 0.5 + 0.35 * Math.sin(note * 1.7)
    data.writeInt16LE(Math.round((bass + hat + lead * (1 - pan) * 1.4) * fade * 26_000), 44 + i * 4)
    data.writeInt16LE(Math.round((bass + hat + lead * pan * 1.4) * fade * 26_000), 46 + i * 4)
  }
  return data
}

function pitch(note: number): number {
  return 440 * 2 ** ((note - 69) / 12)
}

function wave(time: number, note: number): number {
  const phase = (time * pitch(note)) % 1
  return phase < 0.5 ? phase * 4 - 1 : 3 - phase * 4
}
