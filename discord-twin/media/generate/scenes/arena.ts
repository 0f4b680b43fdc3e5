import { burst, chance, circle, each, ellipse, glow, group, line, path, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { bar, clock, feed, panel, scoreboard, text } from '../hud.ts'

const looks = [
  { sky: ['#1a2a4d', '#d9825b', '#ffd9a0'], wall: '#a8673f', shade: '#7c4527', floor: ['#c98d5a', '#6b4022'], enemy: '#d8344f' },
  { sky: ['#06121c', '#0f4a5c', '#4fd0c0'], wall: '#1c4a5c', shade: '#103240', floor: ['#2a6b78', '#0a2028'], enemy: '#ff9d3c' },
] as const

/** First person: three quick hits in a canyon. */
export const arena: Scene = ({ width, height, seed, seconds, player, rival, look }) => {
  const colors = looks[look === 0 ? 0 : 1]
  const horizon = height * 0.5
  const victims = [rival, 'Bramble', 'kolibri'].map((name, i) => ({ name, x: [0.36, 0.62, 0.48][i] ?? 0.5, near: [0.85, 1.15, 1][i] ?? 1, hit: seconds * (0.24 + i * 0.24) }))
  const aimAt = (time: number) => {
    const next = victims.findIndex((victim) => victim.hit > time)
    const to = (victims[next === -1 ? 2 : next]?.x ?? 0.5) * width
    const from = (victims[(next === -1 ? 3 : next) - 1]?.x ?? 0.5) * width
    const start = victims[(next === -1 ? 3 : next) - 1]?.hit ?? 0
    const end = victims[next]?.hit ?? seconds
    const share = Math.min(1, ((time - start) / Math.max(0.1, end - start)) * 1.6)
    return from + (to - from) * share * share * (3 - 2 * share)
  }

  return (time) => {
    const aim = aimAt(time)
    const pan = (width / 2 - aim) * 0.9
    const lastHit = victims.findLast((victim) => victim.hit <= time)
    const since = lastHit === undefined ? 9 : time - lastHit.hit
    const recoil = Math.max(0, 1 - since * 5)
    const count = victims.filter((victim) => victim.hit <= time).length
    const mesa = (x: number, w: number, h: number): Point[] => [[x, horizon + 4], [x + w * 0.08, horizon - h * 0.8], [x + w * 0.16, horizon - h], [x + w * 0.86, horizon - h], [x + w * 0.93, horizon - h * 0.7], [x + w, horizon + 4]]
    return (
      vertical('sky', [0, colors.sky[0]], [0.75, colors.sky[1]], [1, colors.sky[2]]) + vertical('ground', [0, colors.floor[0]], [1, colors.floor[1]]) + rect(0, 0, width, horizon + 6, 'url(#sky)') + glow(width * 0.7 + pan * 0.3, horizon - 40, 150, colors.sky[2], 0.8) +
      each(7, (i) => poly(mesa(-220 + i * 170 + pan * 0.4, 130 + chance(seed, i) * 70, 40 + chance(seed + 1, i) * 70), colors.shade, 'opacity="0.55"')) +
      rect(0, horizon, width, height - horizon, 'url(#ground)') + each(16, (i) => line([width / 2 + pan * 0.5 + (i - 8) * 30, horizon], [width / 2 + pan * 1.2 + (i - 8) * 190, height], colors.shade, 1, 'opacity="0.35"')) + each(7, (i) => line([0, horizon + 4 + i * i * 4.5], [width, horizon + 4 + i * i * 4.5], colors.shade, 1, 'opacity="0.35"')) +
      [-1, 1].map((side) => group(poly([[0, -150], [240, -190], [240, 190], [0, 70]], colors.wall) + poly([[0, -150], [-26, -130], [-26, 56], [0, 70]], colors.shade) + each(5, (i) => rect(24 + i * 40, -100 + i * -4, 18, 26 + i * 2, colors.shade, 'opacity="0.8"')) + rect(0, -40, 240, 8, colors.shade, 'opacity="0.6"'), `translate(${width / 2 + side * 190 + pan} ${horizon}) scale(${side} 1)`)).join('') +
      each(3, (i) => { const x = width * (0.3 + i * 0.2) + pan; return rect(x - 24, horizon + 10 + i * 6, 48, 34, '#4b5a3a', 'rx="2"') + rect(x - 24, horizon + 10 + i * 6, 48, 5, '#6b7d50') + line([x - 22, horizon + 16 + i * 6], [x + 22, horizon + 42 + i * 6], '#37432b', 3) }) +
      victims.map((victim, i) => {
        const x = victim.x * width + pan + Math.sin(time * 3 + i * 2) * (victim.hit > time ? 3 : 0)
        if (victim.hit > time) return group(enemy(colors.enemy, time), `translate(${x} ${horizon + 30}) scale(${victim.near})`)
        return burst(x, horizon - 6, (time - victim.hit) / 0.9, 54, ['#ffb04a', '#fff3b0', colors.enemy], i + seed, 22)
      }).join('') +
      group(weapon(recoil), `translate(${width * 0.72} ${height + recoil * 14}) rotate(${-recoil * 4})`) + (since < 0.12 ? glow(width * 0.56, height * 0.66, 70, '#fff3b0', 0.9) + line([width * 0.57, height * 0.67], [width / 2, horizon - 4], '#fff3b0', 2) : '') +
      vignette(width, height, 0.45) + crosshair(width / 2, horizon - 4, recoil, since) + scoreboard(width, '12', `${9}`, clock(74 - time), ['#2f9ad8', '#d8344f']) + feed(width - 12, 46, victims.slice(0, count).map((victim) => [player, victim.name] as const)) +
      (count === 0 || since > 1.1 ? '' : text(width / 2, horizon + 66, 18, ['FIRST STRIKE', 'DOUBLE KILL', 'TRIPLE KILL'][count - 1] ?? '', { anchor: 'middle', fill: '#ffe66b', outline: true })) +
      panel(12, height - 44, 128, 32) + text(20, height - 31, 9, `${player}   HP 87`) + bar(20, height - 25, 110, 0.87, '#6fe08a', 6) + panel(width - 96, height - 44, 84, 32) + text(width - 22, height - 21, 20, `${30 - Math.floor(time * 2)}/90`, { anchor: 'end', mono: true }) + circle(48, 62, 34, '#05060f', 'opacity="0.6"') + range(3).map((i) => circle(36 + chance(seed, i) * 26, 46 + chance(seed + 2, i) * 26, 2.6, i < count ? '#555' : '#ff5a6e')).join('') + poly([[48, 56], [53, 68], [43, 68]], '#7fe7ff')
    )
  }
}

function enemy(color: string, time: number): string {
  const step = Math.sin(time * 8) * 4
  return ellipse(0, 2, 16, 4, '#000', 'opacity="0.4"') + rect(-9 + step, -20, 7, 22, '#22283c', 'rx="3"') + rect(2 - step, -20, 7, 22, '#22283c', 'rx="3"') + rect(-12, -48, 24, 30, color, 'rx="6"') + circle(0, -56, 9, '#2b3350') + rect(-7, -59, 14, 5, '#ffe27f', 'rx="2"') + rect(-20, -40, 30, 5, '#151a2c', 'rx="2"')
}

function weapon(recoil: number): string {
  return path('M-112 -110 L-96 -122 L-20 -76 L60 -40 L120 30 L-10 30 L-40 -40 Z', '#2a3046') + path('M-112 -110 L-96 -122 L-30 -82 L-44 -66 Z', '#4b5674') + path('M-60 -100 L-30 -92 L-34 -76 L-56 -84 Z', '#151a2c') + rect(-36, -64, 70, 5, '#14e3ff', `transform="rotate(32)" opacity="${0.9 - recoil * 0.4}"`) + path('M0 -30 L46 30 L-14 30 Z', '#d9a07a')
}

function crosshair(x: number, y: number, recoil: number, since: number): string {
  const gap = 5 + recoil * 7
  const hit = since < 0.3 ? [45, 135, 225, 315].map((angle) => group(line([8, 0], [15, 0], '#ff4d4d', 2.4), `translate(${x} ${y}) rotate(${angle})`)).join('') : ''
  return [0, 90, 180, 270].map((angle) => group(line([gap, 0], [gap + 8, 0], '#9bffb0', 2), `translate(${x} ${y}) rotate(${angle})`)).join('') + circle(x, y, 1.3, '#9bffb0') + hit
}
