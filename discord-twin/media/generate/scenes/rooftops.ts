import { chance, circle, each, ellipse, glow, group, line, poly, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { panel, stat, text } from '../hud.ts'

const looks = [
  { sky: ['#050a24', '#1c2a6b', '#7a4fb0'], moon: '#f4f0ff', far: '#2b3478', middle: '#1a2158', near: '#0b0f2e', lamp: '#ffd27a', rim: '#6f8cff' },
  { sky: ['#1a0618', '#6b1638', '#ff7a4f'], moon: '#ffe0c0', far: '#7a2448', middle: '#4a1436', near: '#1d0818', lamp: '#7fe7ff', rim: '#ff8f6b' },
] as const

const speed = 190
const block = 230

/** A runner flees over the roofs of a city at night. */
export const rooftops: Scene = ({ width, height, seed, player, look }) => {
  const colors = looks[look === 0 ? 0 : 1]
  const runnerX = width * 0.42
  const roofTop = (index: number) => height - 88 - chance(seed, index) * 46
  const gap = 54
  const heightAt = (world: number) => {
    const index = Math.floor(world / block)
    const inside = world - index * block
    const from = roofTop(index)
    const to = roofTop(index + 1)
    const jump = (inside - (block - gap - 34)) / (gap + 60)
    return jump < 0 ? { y: from, air: false } : { y: from + (to - from) * Math.min(1, jump) - Math.sin(Math.min(1, jump) * Math.PI) * 62, air: true }
  }
  const skyline = (scroll: number, step: number, base: number, color: string, salt: number) => each(Math.ceil(width / step) + 2, (i) => {
    const index = i + Math.floor(scroll / step)
    const x = index * step - scroll
    const tall = 60 + chance(seed + salt, index) * 130
    const windows = each(4, (column) => each(8, (row) => chance(seed + salt + 1, index * 64 + column * 8 + row) > 0.6 && row * 15 + 10 < tall ? rect(x + 6 + column * (step / 4.6), base - tall + 8 + row * 15, 5, 7, colors.lamp, `opacity="${salt === 10 ? 0.35 : 0.65}"`) : ''))
    return rect(x, base - tall, step - 6, tall + 100, color) + windows + (chance(seed + salt + 2, index) > 0.7 ? line([x + step / 2, base - tall], [x + step / 2, base - tall - 26], color, 2.5) + circle(x + step / 2, base - tall - 26, 2, '#ff4d5c') : '')
  })

  return (time) => {
    const scroll = time * speed + 40
    const spot = heightAt(scroll + runnerX)
    const drone = [runnerX - 130 + Math.sin(time * 1.4) * 34, 112 + Math.sin(time * 2.3) * 20] as const
    return (
      vertical('sky', [0, colors.sky[0]], [0.6, colors.sky[1]], [1, colors.sky[2]]) + vertical('cone', [0, '#dff2ff', 0.5], [1, '#dff2ff', 0]) + rect(0, 0, width, height, 'url(#sky)') +
      each(60, (i) => circle(chance(seed + 7, i) * width, chance(seed + 8, i) * 170, 0.4 + chance(seed + 9, i), '#fff', `opacity="${0.4 + 0.5 * Math.abs(Math.sin(time * 1.5 + i))}"`)) +
      glow(width * 0.72, 92, 150, colors.moon, 0.5) + circle(width * 0.72, 92, 52, colors.moon) + circle(width * 0.72 - 14, 82, 9, '#000', 'opacity="0.06"') + circle(width * 0.72 + 16, 106, 12, '#000', 'opacity="0.06"') +
      skyline(scroll * 0.14, 62, height - 70, colors.far, 10) + skyline(scroll * 0.36, 88, height - 30, colors.middle, 20) +
      poly([[drone[0], drone[1] + 6], [spot.y * 0.2 + runnerX + 10, spot.y + 10], [runnerX - 60, spot.y + 10]], 'url(#cone)') +
      each(5, (i) => {
        const index = i + Math.floor(scroll / block) - 1
        const x = index * block - scroll
        const top = roofTop(index)
        const prop = chance(seed + 3, index)
        return (
          rect(x, top, block - gap, height - top, colors.near) + rect(x - 3, top, block - gap + 6, 5, colors.rim, 'opacity="0.9"') + each(4, (column) => each(3, (row) => rect(x + 18 + column * 42, top + 24 + row * 32, 18, 16, chance(seed + 4, index * 16 + column * 4 + row) > 0.5 ? colors.lamp : colors.middle, 'opacity="0.85"'))) +
          (prop > 0.5 ? rect(x + 30, top - 26, 34, 26, colors.near) + poly([[x + 26, top - 26], [x + 47, top - 42], [x + 68, top - 26]], colors.near) : rect(x + 36, top - 14, 40, 14, colors.near) + circle(x + 56, top - 7, 5, colors.middle)) + (prop > 0.3 ? rect(x + 100, top - 46, 3, 46, colors.near) + rect(x + 84, top - 66, 52, 22, '#12051f', 'rx="3"') + text(x + 110, top - 51, 11, ['RAMEN', 'HOTEL', 'CAFE', '24 H'][Math.floor(prop * 9) % 4] ?? '', { anchor: 'middle', fill: prop > 0.6 ? '#ff5fb0' : '#5fffe0' }) + glow(x + 110, top - 55, 46, prop > 0.6 ? '#ff5fb0' : '#5fffe0', 0.35) : '')
        )
      }) +
      each(5, (i) => group(runner(time - i * 0.02, spot.air, colors.rim), `translate(${runnerX - i * 7} ${heightAt(scroll + runnerX - i * 9).y})`, `opacity="${i === 0 ? 1 : 0.2 - i * 0.03}"`)) +
      group(rect(-20, -4, 40, 8, '#10142c', 'rx="4"') + ellipse(-18, -6, 13, 2, '#aab4dd', 'opacity="0.7"') + ellipse(18, -6, 13, 2, '#aab4dd', 'opacity="0.7"') + circle(0, 3, 5, '#ff3d4d') + glow(0, 3, 26, '#ff3d4d', 0.8), `translate(${drone[0]} ${drone[1]}) rotate(8)`) +
      each(70, (i) => { const x = (chance(seed + 5, i) * 800 - time * 260 + 8000) % 800; const y = (chance(seed + 6, i) * 400 + time * 520) % 400; return line([x, y], [x - 4, y + 11], '#bcd0ff', 0.8, 'opacity="0.35"') }) +
      vignette(width, height, 0.45) + stat(12, 12, 98, 'DISTANCE', `${1840 + Math.floor(time * 19)} m`, '#ffe66b') + stat(116, 12, 70, 'STARS', '4 / 5', '#ff8d8d') + panel(width - 122, 12, 110, 22) + text(width - 22, 27, 12, player, { anchor: 'end' })
    )
  }
}

function runner(time: number, air: boolean, rim: string): string {
  const swing = air ? 0.9 : Math.sin(time * 17)
  return (
    line([0, -20], [-3 + swing * 13, -9], '#0a0a16', 5.5, 'stroke-linecap="round"') + line([-3 + swing * 13, -9], [-8 + swing * 16, -1], '#0a0a16', 5, 'stroke-linecap="round"') + line([0, -20], [3 - swing * 12, -9], '#0a0a16', 5.5, 'stroke-linecap="round"') + line([3 - swing * 12, -9], [-1 - swing * 16, -1], '#0a0a16', 5, 'stroke-linecap="round"') +
    line([0, -20], [6, -40], '#141830', 10, 'stroke-linecap="round"') + line([5, -38], [8 - swing * 14, -27], '#141830', 4.5, 'stroke-linecap="round"') + circle(10, -49, 7, '#141830') + poly([[4, -42], [-24, -44 + Math.sin(time * 14) * 5], [-20, -36 + Math.sin(time * 11) * 5], [6, -37]], '#ff3d67') + line([3, -50], [16, -50], rim, 2)
  )
}
