import { chance, circle, each, ellipse, glow, group, line, mix, poly, range, rect, vertical } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { lapTime, panel, stat, text } from '../hud.ts'

const looks = [
  { sky: ['#140a3a', '#7a1b7e', '#ff5f8f'], sun: ['#fff27a', '#ff4f9a'], ground: ['#2a0f4d', '#0b0420'], grid: '#ff4fd8', hills: '#2b0d52', car: '#14e3ff' },
  { sky: ['#04121f', '#0b4560', '#3fc7b0'], sun: ['#f6ffd0', '#34e0a1'], ground: ['#06303a', '#020d14'], grid: '#35f0c8', hills: '#062836', car: '#ff8a2b' },
] as const

/** A night race towards the sun over a neon grid. */
export const racing: Scene = ({ width, height, seed, player, look }) => {
  const colors = looks[look === 0 ? 0 : 1]
  const horizon = height * 0.52
  const middle = width / 2
  const ridge: Point[] = [[0, horizon], ...range(33).map((i): Point => [i * 20, horizon - 8 - chance(seed, i) * 38 * Math.abs(i - 16) / 10]), [width, horizon]]

  return (time) => {
    const bend = Math.sin(time * 0.9) * 46
    const at = (depth: number, side: number): Point => {
      const near = 1 / depth
      return [middle + bend * (1 - near) ** 2 + side * 300 * near, horizon + (height - horizon) * near]
    }
    const rows = range(16).map((i) => at(1 + (i + 1 - ((time * 7) % 1)) * 0.55, 0)[1])
    const stripes = range(14).map((i) => {
      const far = 1 + (i + 1 - ((time * 5) % 1)) * 0.7
      return poly([at(far, -0.02), at(far, 0.02), at(far - 0.3, 0.02), at(far - 0.3, -0.02)], '#fff6c9')
    })
    const posts = range(10).map((i) => {
      const depth = 1.05 + (i + 1 - ((time * 3.2) % 1)) * 0.9
      return [-1, 1].map((side) => {
        const [x, y] = at(depth, side * 1.25)
        const tall = 74 / depth
        return rect(x - 1.6 / depth, y - tall, 3.2 / depth, tall, '#120824') + circle(x, y - tall, 5 / depth, '#fff') + glow(x, y - tall, 26 / depth, colors.grid, 0.9)
      }).join('')
    })
    const rival = at(2.1 + Math.sin(time * 1.3) * 0.35, 0.42 - time * 0.02)
    const x = middle + Math.sin(time * 1.7) * 34
    return (
      vertical('sky', [0, colors.sky[0]], [0.6, colors.sky[1]], [1, colors.sky[2]]) + vertical('sun', [0, colors.sun[0]], [1, colors.sun[1]]) + vertical('land', [0, colors.ground[0]], [1, colors.ground[1]]) +
      rect(0, 0, width, horizon + 1, 'url(#sky)') +
      each(50, (i) => circle(chance(seed + 5, i) * width, chance(seed + 6, i) * horizon * 0.6, 0.5 + chance(seed + 7, i) * 0.9, '#fff', 'opacity="0.8"')) +
      glow(middle + bend * 0.4, horizon - 46, 170, colors.sun[1], 0.65) + circle(middle + bend * 0.4, horizon - 46, 78, 'url(#sun)') +
      each(6, (i) => rect(middle + bend * 0.4 - 80, horizon - 46 + i * 13, 160, 1.5 + i * 1.1, colors.sky[1], 'opacity="0.85"')) +
      poly(ridge, colors.hills) + rect(0, horizon, width, height - horizon, 'url(#land)') +
      rows.map((y) => line([0, y], [width, y], colors.grid, mix(0.4, 1.8, (y - horizon) / (height - horizon)), 'opacity="0.7"')).join('') +
      each(21, (i) => line(at(14, (i - 10) * 0.9), at(1, (i - 10) * 0.9), colors.grid, 1, 'opacity="0.55"')) +
      poly([at(14, -0.8), at(14, 0.8), at(1, 0.8), at(1, -0.8)], '#160c2b', 'opacity="0.95"') +
      line(at(14, -0.8), at(1, -0.8), '#fff', 2.5) + line(at(14, 0.8), at(1, 0.8), '#fff', 2.5) +
      stripes.join('') + posts.toReversed().join('') +
      group(car('#ff3d67', time), `translate(${rival[0]} ${rival[1]}) scale(0.45)`) +
      group(car(colors.car, time), `translate(${x} ${height - 16}) rotate(${Math.cos(time * 1.7) * 3}) scale(1.15)`) +
      stat(12, 12, 74, 'POSITION', '1 / 8', '#ffe66b') + stat(92, 12, 96, 'LAP 3 / 3', lapTime(41.2 + time)) +
      panel(width - 120, height - 52, 108, 40) + text(width - 58, height - 24, 28, String(286 + Math.round(Math.sin(time * 2) * 9)), { anchor: 'end', mono: true }) +
      text(width - 52, height - 24, 11, 'km/h', { fill: colors.grid }) + text(rival[0], rival[1] - 34, 9, 'KAI_07', { anchor: 'middle', fill: '#ffb3c4', outline: true }) +
      text(width - 14, 26, 12, player, { anchor: 'end', outline: true })
    )
  }
}

function car(color: string, time: number): string {
  const flame = 10 + Math.sin(time * 50) * 3
  return (
    ellipse(0, 0, 62, 7, '#000', 'opacity="0.55"') + rect(-50, -22, 20, 22, '#0a0a12', 'rx="4"') + rect(30, -22, 20, 22, '#0a0a12', 'rx="4"') +
    poly([[-56, -30], [56, -30], [50, -8], [-50, -8]], color) + poly([[-36, -52], [36, -52], [54, -30], [-54, -30]], color, 'opacity="0.85"') +
    poly([[-30, -49], [30, -49], [42, -33], [-42, -33]], '#0b1030') + poly([[-58, -62], [58, -62], [56, -56], [-56, -56]], '#11111c') + rect(-42, -58, 5, 10, '#11111c') + rect(37, -58, 5, 10, '#11111c') +
    rect(-52, -26, 28, 6, '#ff2255', 'rx="2"') + rect(24, -26, 28, 6, '#ff2255', 'rx="2"') + glow(-38, -23, 24, '#ff2255', 0.7) + glow(38, -23, 24, '#ff2255', 0.7) +
    glow(-12, -8, flame, '#ffb14a', 0.9) + glow(12, -8, flame, '#ffb14a', 0.9)
  )
}
