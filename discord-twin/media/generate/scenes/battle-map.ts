import { burst, chance, circle, clamp, each, ellipse, glow, group, line, path, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { bar, clock, feed, panel, scoreboard, text } from '../hud.ts'

const blue = '#4fb8ff'
const red = '#ff5a6e'

/** Looking down on a lane where two teams meet; ends with a big spell. */
export const battleMap: Scene = ({ width, height, seed, seconds, player, rival }) => {
  const laneAt = (share: number): Point => [share * (width + 80) - 40, height * 0.62 - share * 110 + Math.sin(share * 5) * 26]
  const spell = seconds * 0.5
  const ground = each(90, (i) => ellipse(chance(seed, i) * width, chance(seed + 1, i) * height, 16 + chance(seed + 2, i) * 34, 9 + chance(seed + 3, i) * 18, i % 2 === 0 ? '#2f7a4a' : '#276b45', 'opacity="0.5"'))
  const lane = `M${range(21).map((i) => laneAt(i / 20).join(' ')).join(' L')}`
  const trees = range(46).map((i): Point => [chance(seed + 4, i) * width, chance(seed + 5, i) * height]).filter(([x, y]) => Math.abs(y - laneAt((x + 40) / (width + 80))[1]) > 66).toSorted((a, b) => a[1] - b[1])

  return (time) => {
    const front = 0.5 + Math.sin(time * 0.7) * 0.03
    const cast = time - spell
    const minions = (from: number, side: number, color: string) => range(7).map((i) => {
      const dies = side > 0 ? 99 : spell + 0.18 + i * 0.07
      const [x, y] = laneAt(from - side * (0.035 + i * 0.042) + Math.sin(time * 3 + i) * 0.004)
      const wobble = y + (i % 2) * 26 - 13 + Math.sin(time * 8 + i * 2) * 2
      return time < dies ? ellipse(x, wobble + 8, 9, 3.4, '#000', 'opacity="0.4"') + circle(x, wobble, 8, color, 'stroke="#0c1220" stroke-width="2"') + circle(x - 2.4, wobble - 2.6, 2.4, '#fff', 'opacity="0.8"') + bar(x - 9, wobble - 15, 18, 0.4 + chance(seed + 6, i) * 0.6, color, 3) : burst(x, wobble, (time - dies) / 0.8, 30, ['#ffd24a', '#fff', red], i, 10)
    }).join('')
    const hero = laneAt(front - 0.12)
    const foe = laneAt(front + 0.14)
    const blast = laneAt(front + 0.16)
    const foeDead = cast > 0.5
    return (
      vertical('field', [0, '#2a6b4f'], [1, '#1d5238']) + rect(0, 0, width, height, 'url(#field)') + ground + path(lane, 'none', 'stroke="#7a6a48" stroke-width="92" stroke-linecap="round"') + path(lane, 'none', 'stroke="#a8946a" stroke-width="78" stroke-linecap="round"') + path(lane, 'none', 'stroke="#b8a67c" stroke-width="40" stroke-linecap="round" stroke-dasharray="30 18"') +
      path(`M-20 60 C160 130 200 20 330 62 S520 10 680 70`, 'none', 'stroke="#1f86b8" stroke-width="34"') + path(`M-20 60 C160 130 200 20 330 62 S520 10 680 70`, 'none', `stroke="#6fd0f0" stroke-width="4" stroke-dasharray="26 60" stroke-dashoffset="${-time * 60}" opacity="0.7"`) +
      group(tower(blue), `translate(74 ${height * 0.62 - 74})`) + group(tower(red), `translate(${width - 84} ${height * 0.28 - 20})`) + trees.map(([x, y]) => ellipse(x + 3, y + 12, 16, 6, '#000', 'opacity="0.35"') + circle(x, y - 4, 17, '#14502f') + circle(x - 4, y - 9, 11, '#1f6b3d') + circle(x - 7, y - 12, 5, '#2f8a4f')).join('') +
      minions(front, 1, blue) + minions(front, -1, red) + each(5, (i) => { const share = (time * 1.6 + i * 0.23) % 1; const from = laneAt(front - 0.05); const to = laneAt(front + 0.05); const x = from[0] + (to[0] - from[0]) * share; return circle(x, from[1] - 10 + i * 5, 2.6, '#d9f4ff') + glow(x, from[1] - 10 + i * 5, 12, blue, 0.8) }) +
      group(champion(blue, '#ffd24a', time), `translate(${hero[0]} ${hero[1]})`) + text(hero[0], hero[1] - 44, 10, player, { anchor: 'middle', outline: true }) + bar(hero[0] - 24, hero[1] - 40, 48, 0.63, '#6fe08a', 5) +
      (foeDead ? '' : group(champion(red, '#3a1020', time + 1), `translate(${foe[0]} ${foe[1]})`) + text(foe[0], foe[1] - 44, 10, rival, { anchor: 'middle', outline: true, fill: '#ffb3bd' }) + bar(foe[0] - 24, foe[1] - 40, 48, clamp(0.5 - Math.max(0, cast)), red, 5)) +
      (cast > -0.8 && cast < 0 ? circle(blast[0], blast[1], 80, '#ffd24a', `opacity="${0.15 + (0.8 + cast) * 0.25}" stroke="#ffd24a" stroke-width="2"`) + line([hero[0], hero[1] - 20], [blast[0], blast[1]], '#ffd24a', 2, 'stroke-dasharray="6 6" opacity="0.6"') : '') +
      (cast >= 0 && cast < 0.5 ? poly([[blast[0] - 26, -20], [blast[0] + 26, -20], [blast[0] + 60, blast[1]], [blast[0] - 60, blast[1]]], '#fff3b0', `opacity="${0.9 - cast * 1.8}"`) : '') + burst(blast[0], blast[1], cast / 1.2, 130, ['#ffd24a', '#fff', '#ff9d3c'], seed, 40) +
      vignette(width, height, 0.45) + scoreboard(width, foeDead ? '19' : '18', '15', clock(1_684 + time), ['#2f7ad8', '#d8344f']) + (foeDead ? feed(width - 12, 46, [[player, rival]]) + text(width / 2, 96, 26, 'ENEMY SLAIN', { anchor: 'middle', fill: '#ffe66b', outline: true }) : '') +
      panel(width / 2 - 110, height - 46, 220, 40, 0.75) + each(4, (i) => rect(width / 2 - 100 + i * 40, height - 41, 30, 30, ['#2f6bff', '#28b0a0', '#8a4dff', '#ff9d3c'][i] ?? '#fff', `rx="4" opacity="${i === 3 && cast > 0 ? 0.35 : 0.95}"`) + text(width / 2 - 85 + i * 40, height - 20, 13, 'QWER'[i] ?? '', { anchor: 'middle' })) + bar(width / 2 + 64, height - 34, 38, 0.63, '#6fe08a', 6) + bar(width / 2 + 64, height - 20, 38, cast > 0 ? 0.3 : 0.8, blue, 6) +
      panel(width - 88, height - 88, 80, 80, 0.8) + line([width - 84, height - 14], [width - 14, height - 82], '#a8946a', 6) + range(10).map((i) => circle(width - 80 + chance(seed + 8, i) * 64, height - 80 + chance(seed + 9, i) * 64, 2.6, i % 2 === 0 ? blue : red)).join('')
    )
  }
}

function tower(color: string): string {
  return ellipse(0, 30, 30, 9, '#000', 'opacity="0.4"') + poly([[-22, 30], [22, 30], [15, -24], [-15, -24]], '#8a8fa8') + poly([[0, 30], [22, 30], [15, -24], [0, -24]], '#6b7090') + rect(-20, -34, 40, 12, '#a5abc4', 'rx="2"') + circle(0, -46, 10, color) + glow(0, -46, 40, color, 0.9)
}

function champion(color: string, trim: string, time: number): string {
  const bob = Math.sin(time * 6) * 2
  return ellipse(0, 14, 18, 6, '#000', 'opacity="0.45"') + circle(0, 12, 22, 'none', `stroke="${color}" stroke-width="2.5" opacity="0.9"`) + poly([[-14, 14], [14, 14], [9, -14 + bob], [-9, -14 + bob]], color) + poly([[-14, 14], [-5, 14], [-3, -14 + bob], [-9, -14 + bob]], trim, 'opacity="0.6"') + circle(0, -20 + bob, 9, '#ffd9b0') + path(`M-11 ${-20 + bob} C-10 ${-38 + bob} 10 ${-38 + bob} 11 ${-20 + bob} L0 ${-27 + bob} Z`, trim) + line([16, 16], [20, -26 + bob], '#e9eeff', 3) + glow(20, -28 + bob, 16, '#fff3b0', 0.9)
}
