import { burst, chance, circle, each, glow, group, path, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { bar, stat, text } from '../hud.ts'

const looks = [
  { sky: ['#050818', '#1b1046'], clouds: ['#7a2fd0', '#1f6bd8', '#d0307a'], ship: '#7fe7ff', enemy: '#ff5a6e' },
  { sky: ['#0a0508', '#3a0f14'], clouds: ['#d0582f', '#b81f4a', '#d8a01f'], ship: '#ffe27f', enemy: '#9b6bff' },
] as const

const waveSeconds = 2.4

/** Looking down on a ship that clears waves of enemies. */
export const shooter: Scene = ({ width, height, seed, player, look }) => {
  const colors = looks[look === 0 ? 0 : 1]
  const enemies = range(60).map((i) => {
    const born = Math.floor(i / 6) * waveSeconds - 1.6
    const column = i % 6
    return { born, column, dies: born + 1.2 + column * 0.3 + chance(seed, i) * 0.2, i }
  })
  const enemyAt = (enemy: (typeof enemies)[number], time: number) => {
    const age = time - enemy.born
    return [width * (0.18 + enemy.column * 0.128) + Math.sin(age * 2.2 + enemy.column) * 26, -30 + age * 92] as const
  }
  const shipAt = (time: number) => [width / 2 + Math.sin(time * 1.35) * width * 0.3, height - 62 + Math.sin(time * 2.1) * 10] as const

  return (time) => {
    const [x, y] = shipAt(time)
    const killed = enemies.filter((enemy) => enemy.dies < time && enemy.dies > -1).length
    const shake = enemies.some((enemy) => time - enemy.dies > 0 && time - enemy.dies < 0.12) ? Math.sin(time * 90) * 2 : 0
    return (
      vertical('space', [0, colors.sky[0]], [1, colors.sky[1]]) + rect(0, 0, width, height, 'url(#space)') +
      each(5, (i) => glow(chance(seed + 2, i) * width, ((chance(seed + 3, i) * 560 + time * 26) % 620) - 120, 130 + chance(seed + 4, i) * 90, colors.clouds[i % 3] ?? '#fff', 0.34)) +
      each(110, (i) => {
        const layer = 1 + (i % 3)
        return circle(chance(seed + 8, i) * width, (chance(seed + 9, i) * height + time * 46 * layer) % height, 0.4 + layer * 0.36, '#fff', `opacity="${0.3 + layer * 0.2}"`)
      }) +
      group(
        each(18, (i) => {
          const fired = Math.floor(time / 0.11) * 0.11 - i * 0.11
          const [fromX, fromY] = shipAt(fired)
          const top = fromY - 24 - (time - fired) * 420
          return top < -20 ? '' : [-9, 9].map((side) => rect(fromX + side - 1.4, top, 2.8, 15, '#fff7c2', 'rx="1.4"') + glow(fromX + side, top + 5, 11, colors.ship, 0.55)).join('')
        }) +
        enemies.map((enemy) => {
          const [ex, ey] = enemyAt(enemy, Math.min(time, enemy.dies))
          if (time < enemy.born) return ''
          return time < enemy.dies ? group(invader(colors.enemy), `translate(${ex} ${ey}) scale(${1 + (enemy.i % 2) * 0.25})`) : burst(ex, ey, (time - enemy.dies) / 0.7, 44, ['#ffb04a', '#fff3b0', '#ff5a3c'], enemy.i) 
        }).join('') +
        group(ship(colors.ship, time), `translate(${x} ${y}) rotate(${Math.cos(time * 1.35) * 12})`),
        `translate(${shake} ${-shake})`,
      ) +
      vignette(width, height, 0.5) + stat(12, 12, 104, 'SCORE', String(48_200 + killed * 350).padStart(7, '0'), '#ffe66b') + stat(122, 12, 62, 'WAVE', '14') +
      text(width - 12, 24, 12, player, { anchor: 'end', outline: true }) + text(width - 12, 42, 10, `x${4 + (killed % 9)} COMBO`, { anchor: 'end', fill: '#ff9d5c', outline: true }) + bar(12, height - 20, 120, 0.72, colors.ship) + text(12, height - 26, 8, 'SHIELD', { fill: '#b9bfd6' })
    )
  }
}

function invader(color: string): string {
  return glow(0, 0, 26, color, 0.5) + poly([[0, 15], [-17, -3], [-12, -13], [-5, -7], [5, -7], [12, -13], [17, -3]], color) + poly([[0, 8], [-8, -2], [8, -2]], '#16081f') + circle(0, 0, 3, '#fff')
}

function ship(color: string, time: number): string {
  return (
    glow(0, 26, 22 + Math.sin(time * 40) * 4, '#ff9d3c', 0.95) + glow(0, 0, 44, color, 0.35) +
    path('M0 -26 L9 -4 L26 12 L24 19 L8 14 L5 20 L-5 20 L-8 14 L-24 19 L-26 12 L-9 -4 Z', '#e9eeff') + path('M0 -26 L9 -4 L5 20 L0 20 Z', '#aab4dd') + poly([[0, -14], [4, -2], [0, 5], [-4, -2]], color) + rect(-22, 8, 4, 10, color) + rect(18, 8, 4, 10, color)
  )
}
