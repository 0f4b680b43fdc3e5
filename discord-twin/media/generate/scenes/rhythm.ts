import { burst, chance, each, glow, line, pick, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { bar, panel, text } from '../hud.ts'

const lanes = ['#ff4f8f', '#ffd24a', '#36d6e7', '#8f6bff']
const beat = 0.3

/** Notes rush down four lanes in time with the beat. */
export const rhythm: Scene = ({ width, height, seed, player }) => {
  const target = height * 0.84
  const far = height * 0.2
  const half = Math.min(width * 0.42, 190)
  const at = (lane: number, share: number): Point => { const near = share ** 2.2; return [width / 2 + (lane - 2) * (half / 2) * (0.16 + near * 0.84), far + (target - far) * near] }
  const notes = range(60).map((i) => ({ at: i * beat - 0.6, lane: Math.floor(chance(seed, i) * 4), long: chance(seed + 1, i) > 0.85 }))

  return (time) => {
    const pulse = 1 - ((time / beat) % 1)
    const combo = 214 + notes.filter((note) => note.at <= time && note.at > 0).length
    return (
      vertical('stage', [0, '#12063a'], [0.5, '#3a0f6b'], [1, '#0a0424']) + rect(0, 0, width, height, 'url(#stage)') + glow(width / 2, far, 200 + pulse * 40, '#ff4fd8', 0.6) +
      each(9, (i) => poly([[width / 2, far], [width * ((i - 0.3) / 8) + Math.sin(time * 1.7 + i) * 30, -20], [width * ((i + 0.3) / 8) + Math.sin(time * 1.7 + i) * 30, -20]], pick(lanes, i), `opacity="${0.16 + 0.2 * pulse * chance(seed + 3, i + Math.floor(time / beat))}"`)) +
      each(34, (i) => { const tall = (16 + chance(seed + 4, i + Math.floor(time / beat) * 34) * 84 * pulse) * (0.5 + Math.abs(i - 16.5) / 17); return rect((i * width) / 34 + 1, far + 30 - tall, width / 34 - 3, tall, `hsl(${270 + i * 3} 90% 62%)`, 'opacity="0.55" rx="2"') }) +
      poly([at(0, 0), at(4, 0), at(4, 1.1), at(0, 1.1)], '#070416', 'opacity="0.88"') + each(12, (i) => { const share = ((i + (time / beat) % 1) / 12) * 1.08; return line(at(0, share), at(4, share), '#fff', 0.6 + share, 'opacity="0.18"') }) + range(5).map((lane) => line(at(lane, 0), at(lane, 1.1), lane === 0 || lane === 4 ? '#ff9df0' : '#fff', lane === 0 || lane === 4 ? 3 : 1, `opacity="${lane === 0 || lane === 4 ? 1 : 0.35}"`)).join('') +
      lanes.map((color, lane) => { const [x, y] = at(lane + 0.5, 1); const hit = notes.find((note) => note.lane === lane && time >= note.at && time - note.at < 0.2); return rect(x - half / 5, y - 9, half / 2.5, 18, color, `opacity="${hit === undefined ? 0.35 : 1}" rx="6"`) + rect(x - half / 5, y - 9, half / 2.5, 18, 'none', `stroke="#fff" stroke-width="2" rx="6"`) + (hit === undefined ? '' : poly([at(lane, 0.25), at(lane + 1, 0.25), at(lane + 1, 1), at(lane, 1)], color, `opacity="${0.35 - (time - hit.at)}"`)) }).join('') +
      notes.map((note) => {
        const share = 1 - (note.at - time) / 1.7
        if (share <= 0.05 || share > 1) return ''
        const [x, y] = at(note.lane + 0.5, share)
        const scale = 0.16 + share ** 2.2 * 0.84
        const color = lanes[note.lane] ?? '#fff'
        const tail = note.long ? poly([at(note.lane + 0.35, Math.max(0, share - 0.2)), at(note.lane + 0.65, Math.max(0, share - 0.2)), at(note.lane + 0.65, share), at(note.lane + 0.35, share)], color, 'opacity="0.55"') : ''
        return tail + glow(x, y, 44 * scale, color, 0.7) + rect(x - (half / 5) * scale, y - 7 * scale, (half / 2.5) * scale, 14 * scale, color, `rx="${5 * scale}"`) + rect(x - (half / 7) * scale, y - 4 * scale, (half / 3.5) * scale, 3.5 * scale, '#fff', `rx="${2 * scale}" opacity="0.8"`)
      }).join('') +
      notes.map((note, i) => { const [x, y] = at(note.lane + 0.5, 1); return burst(x, y, (time - note.at) / 0.5, 52, [lanes[note.lane] ?? '#fff', '#fff'], i, 12) }).join('') + vignette(width, height, 0.4) +
      text(width / 2, height * 0.5, 40 + pulse * 4, String(combo), { anchor: 'middle', outline: true }) + text(width / 2, height * 0.5 + 17, 12, 'COMBO', { anchor: 'middle', fill: '#ff9df0', outline: true }) + text(width / 2, height * 0.67, 17, 'PERFECT', { anchor: 'middle', fill: '#ffe66b', outline: true }) +
      panel(10, 10, 128, 36, 0.6) + text(18, 25, 10, `${player}   98.7 %`) + bar(18, 34, 112, 0.92, '#52e07a', 5) + text(width - 12, 30, 16, String(742_100 + combo * 310), { anchor: 'end', mono: true, outline: true })
    )
  }
}
