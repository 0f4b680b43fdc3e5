import { chance, circle, each, ellipse, glow, group, path, poly, range, rect, vertical } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { panel, text } from '../hud.ts'

const looks = [
  { sky: ['#4fb8ff', '#bfeaff', '#fff2d6'], far: '#8fc6e8', middle: '#5fae8a', near: '#3a8a5c', grass: '#6fd04a', soil: '#9a5f36', dark: '#7c4927', sun: '#fff7c9' },
  { sky: ['#0d1033', '#3a2a78', '#c0589a'], far: '#3f3480', middle: '#2b2560', near: '#1d1a48', grass: '#37b6a0', soil: '#3b2f66', dark: '#2b2250', sun: '#ffe9f4' },
] as const

const speed = 150
const jumpEvery = 1.25

/** A hero runs and jumps through hills, coins and blocks. */
export const platformer: Scene = ({ width, height, seed, player, look }) => {
  const colors = looks[look === 0 ? 0 : 1]
  const ground = height - 64
  const heroX = width * 0.34
  const liftAt = (time: number) => {
    const phase = (time % jumpEvery) / jumpEvery
    return phase < 0.62 ? Math.sin((phase / 0.62) * Math.PI) * 96 : 0
  }
  const hills = (shift: number, size: number, base: number, color: string) => each(9, (i) => {
    const step = size * 1.15
    const first = Math.floor(shift / step)
    const x = (i + first - 1) * step - shift
    return ellipse(x, base, size, size * (0.5 + chance(seed + size, i + first) * 0.45), color)
  })

  return (time) => {
    const scroll = time * speed
    const lift = liftAt(time)
    const coins = 37 + Math.floor((time + 0.4) / jumpEvery) * 3
    return (
      vertical('sky', [0, colors.sky[0]], [0.65, colors.sky[1]], [1, colors.sky[2]]) + vertical('soil', [0, colors.soil], [1, colors.dark]) + rect(0, 0, width, height, 'url(#sky)') +
      glow(width * 0.78, 78, 130, colors.sun, 0.7) + circle(width * 0.78, 78, 34, colors.sun) +
      (look === 0 ? '' : each(60, (i) => circle(chance(seed + 1, i) * width, chance(seed + 2, i) * 190, 0.5 + chance(seed + 3, i), '#fff', 'opacity="0.8"'))) +
      each(6, (i) => group(cloud(look === 0 ? 0.9 : 0.16), `translate(${((i * 150 + chance(seed, i) * 60 - scroll * 0.12 + 9000) % 900) - 120} ${38 + chance(seed + 4, i) * 80}) scale(${0.7 + chance(seed + 5, i) * 0.6})`)) +
      hills(scroll * 0.16, 150, ground + 10, colors.far) + hills(scroll * 0.34, 110, ground + 24, colors.middle) + hills(scroll * 0.6, 74, ground + 30, colors.near) +
      each(12, (i) => {
        const index = i + Math.floor(scroll / 120) - 1
        return group(tree(colors.near, colors.middle), `translate(${index * 120 - scroll + chance(seed + 6, index) * 60} ${ground + 2}) scale(${0.7 + chance(seed + 7, index) * 0.5})`)
      }) +
      rect(0, ground, width, 64, 'url(#soil)') + rect(0, ground, width, 14, colors.grass) + each(24, (i) => ellipse(i * 32 - (scroll % 32), ground + 14, 17, 7, colors.grass)) +
      each(16, (i) => { const index = i + Math.floor(scroll / 50); return rect(index * 50 - scroll, ground + 30 + chance(seed + 8, index) * 22, 16, 6, colors.dark, 'rx="3" opacity="0.7"') }) +
      range(9).map((i) => {
        const jump = i + Math.floor(time / jumpEvery) - 1
        const middle = heroX + (jump * jumpEvery + jumpEvery * 0.31 - time) * speed
        const taken = middle < heroX - 6
        return (
          rect(middle - 36, ground - 152, 72, 22, '#d98a3a', 'rx="3"') + each(3, (b) => rect(middle - 35 + b * 24, ground - 151, 22, 20, b === 1 ? '#ffd24a' : '#c26f2c', 'rx="2"')) + text(middle, ground - 136, 14, '?', { anchor: 'middle', fill: '#8a4d12' }) +
          (taken ? '' : each(3, (c) => coin(middle - 34 + c * 34, ground - 56 - (c === 1 ? 42 : 22), time + c * 0.2))) + group(slime(time), `translate(${middle} ${ground}) scale(${look === 0 ? 1 : 1.05})`)
        )
      }).join('') +
      ellipse(heroX, ground + 4, 18 - lift * 0.08, 4, '#000', 'opacity="0.3"') + group(hero(time, lift > 2), `translate(${heroX} ${ground - lift})`) +
      panel(12, 12, 178, 26) + circle(27, 25, 7, '#ffd24a', 'stroke="#b97d12" stroke-width="2"') + text(40, 30, 14, `x${coins}`, { mono: true }) + text(98, 30, 14, String(12_400 + Math.floor(time * 30) * 10).padStart(7, '0'), { mono: true, fill: '#ffe66b' }) +
      panel(width - 142, 12, 130, 26) + each(3, (i) => path('M0 3 C-7 -5 -12 4 0 12 C12 4 7 -5 0 3', i < 2 ? '#ff4d6d' : '#553', `transform="translate(${width - 126 + i * 20} 18)"`)) + text(width - 20, 30, 12, player, { anchor: 'end' })
    )
  }
}

function cloud(opacity: number): string {
  return `<g opacity="${opacity}">${circle(0, 0, 18, '#fff')}${circle(22, -8, 22, '#fff')}${circle(46, 0, 17, '#fff')}${rect(-4, 0, 54, 17, '#fff', 'rx="8"')}</g>`
}

function tree(leaf: string, light: string): string {
  return rect(-4, -34, 8, 36, '#5a3a22') + circle(0, -52, 26, leaf) + circle(-9, -58, 13, light) + circle(10, -46, 10, light, 'opacity="0.7"')
}

function coin(x: number, y: number, time: number): string {
  const turn = Math.abs(Math.cos(time * 5))
  return glow(x, y, 20, '#ffd24a', 0.4) + ellipse(x, y, 9 * turn + 1.5, 10, '#ffd24a', 'stroke="#b97d12" stroke-width="2"')
}

function slime(time: number): string {
  const squash = Math.sin(time * 7) * 2
  return path(`M-18 0 C-20 ${-20 - squash} 20 ${-20 - squash} 18 0 Z`, '#c04dff') + circle(-6, -8, 3.4, '#fff') + circle(6, -8, 3.4, '#fff') + circle(-7, -8, 1.6, '#1b0830') + circle(5, -8, 1.6, '#1b0830')
}

function hero(time: number, flying: boolean): string {
  const step = flying ? 8 : Math.sin(time * 20) * 9
  return (
    poly([[-8, -26], [-30 - Math.sin(time * 12) * 4, -14 + Math.sin(time * 9) * 5], [-8, -12]], '#ff4d4d') +
    rect(-8 + step * 0.6, -10, 7, 12, '#24345e', 'rx="3"') + rect(1 - step * 0.6, -10, 7, 12, '#24345e', 'rx="3"') + rect(-11, -32, 22, 25, '#2f7bff', 'rx="8"') + circle(0, -40, 13, '#ffd9b0') +
    path('M-14 -42 C-12 -60 12 -60 14 -42 Z', '#ff4d4d') + rect(2, -44, 16, 4, '#c92f3c', 'rx="2"') + circle(6, -38, 2.2, '#1c1c2c') + rect(3 + step * 0.3, -26, 12, 6, '#ffd9b0', 'rx="3"')
  )
}
