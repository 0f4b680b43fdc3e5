import { burst, chance, circle, clamp, each, ellipse, glow, group, line, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { panel, text } from '../hud.ts'

/** Two fighters on a pier at sunset, until the knock-out. */
export const fighter: Scene = ({ width, height, seed, seconds, player, rival }) => {
  const floor = height - 58
  const knockout = seconds * 0.72
  const blows = range(Math.floor(knockout / 0.62)).map((i) => 0.5 + i * 0.62).filter((at) => at < knockout - 0.2)

  return (time) => {
    const last = blows.findLast((at) => at <= time)
    const since = time >= knockout ? time - knockout : last === undefined ? 9 : time - last
    const over = time >= knockout
    const power = clamp(1 - since * 4)
    const hits = blows.filter((at) => at <= time).length
    const health = over ? 0 : clamp(0.86 - hits * (0.78 / blows.length))
    const leftX = width * 0.4 + Math.sin(time * 2.4) * 16 + power * 22
    const rightX = width * 0.58 + Math.sin(time * 2.4 + 0.4) * 14 + power * 18 + (over ? clamp(since * 1.4) * 90 : 0)
    const flight = over ? Math.sin(clamp(since * 1.2) * Math.PI) * 60 : 0
    const shake = power > 0.4 ? Math.sin(time * 110) * 3 : 0
    const impact: Point = [rightX - 16, floor - 62 - flight]
    return group(
      vertical('sky', [0, '#3a1552'], [0.5, '#d0446b'], [1, '#ffc46b']) + vertical('sea', [0, '#ff9a6b'], [0.4, '#8a3a7b'], [1, '#2a1248']) + rect(-10, -10, width + 20, height + 20, 'url(#sky)') + glow(width / 2, 176, 190, '#ffe6a0', 0.8) + circle(width / 2, 182, 66, '#fff0b8') +
      each(5, (i) => ellipse(((i * 170 + time * 9) % 840) - 100, 60 + chance(seed, i) * 70, 70 + chance(seed + 1, i) * 50, 7, '#ffb08f', 'opacity="0.5"')) + poly([[0, 222], [80, 176], [150, 206], [220, 188], [290, 222]], '#6b2a6b') + poly([[380, 222], [460, 182], [520, 204], [600, 168], [660, 222]], '#5c2462') +
      rect(-10, 220, width + 20, 90, 'url(#sea)') + each(26, (i) => { const y = 226 + i * 2.6; return line([width / 2 - 60 + Math.sin(time * 2 + i * 1.7) * 16 - i, y], [width / 2 + 60 + Math.sin(time * 2 + i) * 16 + i, y], '#ffe6a0', 1.3, `opacity="${0.7 - i * 0.02}"`) }) +
      [70, 570].map((x) => rect(x - 9, 84, 18, 220, '#7a1f2e') + rect(x - 3, 84, 4, 220, '#a83244')).join('') + rect(28, 84, 584, 15, '#8f2436', 'rx="3"') + poly([[10, 62], [630, 62], [612, 84], [28, 84]], '#5c1626') + rect(60, 118, 520, 9, '#7a1f2e') +
      each(6, (i) => group(rect(-8, 0, 16, 24, '#ff6b4a', 'rx="7"') + rect(-5, -3, 10, 4, '#2a1018') + rect(-5, 23, 10, 4, '#2a1018') + glow(0, 12, 30, '#ffb04a', 0.6), `translate(${120 + i * 80} 127) rotate(${Math.sin(time * 1.8 + i) * 6})`)) +
      rect(-10, floor, width + 20, 80, '#4d2433') + each(15, (i) => line([width / 2 + (i - 7) * 60, floor], [width / 2 + (i - 7) * 108, height + 10], '#34172a', 2)) + rect(-10, floor, width + 20, 4, '#8a4a4f') +
      ellipse(leftX, floor + 16, 34, 6, '#000', 'opacity="0.4"') + ellipse(rightX, floor + 16, 34, 6, '#000', 'opacity="0.4"') + group(person('#2f6bff', '#12296b', '#ffd24a', power, time), `translate(${leftX} ${floor + 16}) scale(1.15)`) +
      group(person('#e8e2f0', '#5c5470', '#ff3d4d', 0, time + 1), `translate(${rightX} ${floor + 16 - flight}) scale(-1.15 1.15) rotate(${over ? clamp(since * 1.6) * -84 : power * -14})`) +
      burst(impact[0], impact[1], since / 0.6, over ? 120 : 62, ['#fff3b0', '#ff9d3c', '#7fe7ff'], hits + seed, over ? 34 : 20) + (power > 0.5 ? each(10, (i) => group(poly([[18, -2.5], [62 + chance(hits, i) * 30, 0], [18, 2.5]], '#fff'), `translate(${impact[0]} ${impact[1]}) rotate(${i * 36 + hits * 11})`)) : '') +
      vignette(width, height, 0.4) + lifeBar(20, 0.64, '#ffd24a', false) + lifeBar(width - 268, health, '#ff5a4d', true) + text(22, 50, 12, player, { outline: true }) + text(width - 22, 50, 12, rival, { anchor: 'end', outline: true }) + panel(width / 2 - 26, 12, 52, 32, 0.75) + text(width / 2, 37, 23, String(Math.max(0, 31 - Math.floor(time))), { anchor: 'middle', mono: true, fill: '#ffe66b' }) +
      (hits > 1 && !over ? text(30, 150, 24, `${hits} HITS`, { fill: '#ffe66b', outline: true }) + text(30, 168, 11, 'COMBO', { outline: true }) : '') + (over ? text(width / 2, 190, 40 + 46 * (1 - clamp(since * 5)) + 30, 'K.O.', { anchor: 'middle', fill: '#fff0b8', outline: true }) : ''),
      `translate(${shake} ${-shake * 0.6})`,
    )
  }
}

function lifeBar(x: number, share: number, color: string, fromRight: boolean): string {
  const full = 248
  return rect(x - 3, 15, full + 6, 20, '#120818', 'rx="3"') + rect(x, 18, full, 14, '#5c1626') + rect(fromRight ? x : x + full * (1 - share), 18, full * share, 14, color) + rect(fromRight ? x : x + full * (1 - share), 18, full * share, 5, '#fff', 'opacity="0.35"')
}

function person(cloth: string, dark: string, belt: string, punch: number, time: number): string {
  const sway = Math.sin(time * 5) * 2
  const cap = 'stroke-linecap="round"'
  const fist: Point = [26 + punch * 40, -62 - punch * 4 + sway]
  return (
    line([-4, -40], [-22, -20], dark, 15, cap) + line([-22, -20], [-26, -4], dark, 12, cap) + line([4, -40], [20, -22], cloth, 15, cap) + line([20, -22], [18, -4], cloth, 12, cap) + ellipse(-24, -3, 9, 4.5, '#2a1a1a') + ellipse(21, -3, 9, 4.5, '#2a1a1a') +
    line([-4, -70 + sway], [10, -54 + sway], dark, 10, cap) + line([10, -54 + sway], [20, -64 + sway], '#e8b48a', 9, cap) + rect(-16, -80 + sway, 30, 44, cloth, 'rx="9"') + poly([[-6, -80 + sway], [8, -80 + sway], [1, -58 + sway]], '#e8b48a') + rect(-16, -45, 30, 7, belt) + poly([[-10, -42], [-24 + sway * 2, -26], [-17, -24], [-4, -40]], belt) +
    circle(2, -92 + sway, 12, '#e8b48a') + poly([[-11, -92 + sway], [-9, -105 + sway], [8, -107 + sway], [15, -97 + sway], [2, -99 + sway]], '#23141c') + rect(-11, -98 + sway, 26, 4.5, belt) + poly([[-11, -97 + sway], [-30, -92 + sway * 3], [-28, -87 + sway * 3], [-11, -93 + sway]], belt) + line([6, -72 + sway], [16, -66 + sway], cloth, 12, cap) + line([16, -66 + sway], fist, '#e8b48a', 10, cap) + circle(fist[0], fist[1], 8, belt)
  )
}
