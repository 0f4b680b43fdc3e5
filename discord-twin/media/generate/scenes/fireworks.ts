import { chance, circle, clamp, each, glow, group, line, pick, range, rect, vertical } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { panel, text } from '../hud.ts'

const palettes = [['#ff5f8f', '#ffd0e0'], ['#ffd24a', '#fff6c9'], ['#5fd0ff', '#e0f6ff'], ['#7dff9b', '#e6ffec'], ['#c07dff', '#f0e0ff'], ['#ff8a4a', '#ffe6d0']] as const
const sparks = 64

/** Fireworks over a skyline, mirrored in the water: the end screen of a won match. */
export const fireworks: Scene = ({ width, height, seed, seconds, player }) => {
  const shore = height * 0.72
  const shells = range(seconds * 2.4 + 6).map((i) => ({ bursts: i * 0.42 - 1.2, x: width * (0.1 + chance(seed, i) * 0.8), y: 50 + chance(seed + 1, i) * 110, size: 70 + chance(seed + 2, i) * 60, colors: pick(palettes, chance(seed + 3, i) * 6), i }))

  return (time) => {
    const show = shells.map((shell) => {
      const age = (time - shell.bursts) / 1.9
      if (age < -0.4 || age > 1) return ''
      if (age < 0) return line([shell.x, shore + (shell.y - shore) * (1 + age * 2.5)], [shell.x, shore + (shell.y - shore) * (1 + age * 2.5) + 16], '#ffe9b0', 1.6, 'opacity="0.9"')
      const reach = 1 - (1 - age) ** 4
      const fade = 1 - age ** 1.6
      return glow(shell.x, shell.y, shell.size * (0.6 + reach * 0.6), shell.colors[0], fade * 0.75) + range(sparks).map((spark) => {
        const angle = (spark / sparks) * Math.PI * 2 * 3 + shell.i
        const ring = shell.size * reach * pick([1, 0.68, 0.36], spark)
        const x = shell.x + Math.cos(angle) * ring
        const y = shell.y + Math.sin(angle) * ring + age * age * 34
        return line([x, y], [shell.x + Math.cos(angle) * ring * 0.8, shell.y + Math.sin(angle) * ring * 0.8 + age * age * 22], shell.colors[0], 2.1, `opacity="${(fade * 0.9).toFixed(2)}"`) + circle(x, y, 2.2, shell.colors[1], `opacity="${fade.toFixed(2)}"`)
      }).join('')
    }).join('')
    const city = each(30, (i) => {
      const tall = 24 + chance(seed + 4, i) * 74
      return rect(i * 22 - 6, shore - tall, 20, tall, '#0a0d24') + each(3, (c) => each(7, (r) => r * 11 + 8 < tall && chance(seed + 5, i * 21 + c * 7 + r) > 0.55 ? rect(i * 22 - 3 + c * 6, shore - tall + 5 + r * 11, 3, 5, '#ffd98a', 'opacity="0.8"') : ''))
    })
    const appear = clamp(time * 2)
    return (
      vertical('sky', [0, '#060820'], [0.7, '#1a1a4f'], [1, '#4a2a6b']) + vertical('water', [0, '#2a1f55'], [1, '#050818']) + rect(0, 0, width, height, 'url(#sky)') + each(70, (i) => circle(chance(seed + 6, i) * width, chance(seed + 7, i) * shore * 0.8, 0.4 + chance(seed + 8, i) * 0.8, '#fff', 'opacity="0.6"')) +
      rect(0, shore, width, height - shore, 'url(#water)') + group(show + city, `translate(0 ${shore * 1.42}) scale(1 -0.42)`, 'opacity="0.4"') + show + city + rect(0, shore - 1.5, width, 2, '#8f7bd0', 'opacity="0.6"') +
      each(40, (i) => { const y = shore + 5 + chance(seed + 9, i) * (height - shore); return line([chance(seed + 10, i) * width + Math.sin(time * 1.6 + i) * 12, y], [chance(seed + 10, i) * width + 30 + Math.sin(time * 1.6 + i) * 12, y], '#060820', 1.4, 'opacity="0.5"') }) +
      `<g opacity="${appear}">${text(width / 2, 70, 44, 'VICTORY', { anchor: 'middle', fill: '#fff3c9', outline: true })}${panel(width / 2 - 130, 84, 260, 24, 0.55)}${text(width / 2, 100, 12, `MVP ${player}   24 / 6 / 11`, { anchor: 'middle', fill: '#ffe66b' })}</g>` +
      panel(12, height - 34, 150, 22, 0.6) + text(22, height - 19, 11, `+${Math.round(clamp(time / 3) * 2480)} XP   LEVEL 58`, { fill: '#9bffb0' })
    )
  }
}
