import { burst, chance, circle, clamp, each, glow, group, radial, range, rect } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { bar, panel, text } from '../hud.ts'

const tile = 32
const hero = ['..hhhh..', '.hhhhhh.', '.hssssh.', '..sese..', '.bbssbb.', 'bbbbbbbb', '.bggggb.', '.l....l.']
const slimeArt = ['........', '..vvvv..', '.vvvvvv.', 'vvwvvwvv', 'vvkvvkvv', 'vvvvvvvv', 'vvdvvdvv', '.dd..dd.']
const chest = ['.oooooo.', 'oyyyyyyo', 'ooooooo.', 'oookkooo', 'oookkooo', 'oooooooo', 'oooooooo', '........']
const inks: Record<string, string> = { h: '#8f5bff', s: '#ffd9b0', e: '#20142e', b: '#4f7bff', g: '#ffd24a', l: '#2a2140', v: '#52e07a', w: '#fff', k: '#10301c', d: '#2ea455', o: '#a8662e', y: '#ffd24a' }

/** A torch-lit dungeon of pixels: a hero fights through slimes. */
export const dungeon: Scene = ({ width, height, seed, player }) => {
  const columns = Math.ceil(width / tile) + 1
  const rows = Math.ceil(height / tile)
  const floor = range(rows).map((row) => range(columns).map((column) => {
    const wall = row < 2 || row > rows - 2
    const shade = chance(seed, row * 97 + column)
    const color = wall ? ['#3b3558', '#443d66', '#332d4e'][Math.floor(shade * 3)] : ['#5a4f6e', '#544968', '#625777', '#4e4462'][Math.floor(shade * 4)]
    const detail = wall ? rect(column * tile, row * tile + 14, tile, 2, '#241f3a') + rect(column * tile + (row % 2) * 16, row * tile, 2, 14, '#241f3a') : shade > 0.82 ? rect(column * tile + 8, row * tile + 14, 10, 3, '#453b58') : ''
    return rect(column * tile, row * tile, tile - 1, tile - 1, color ?? '#000') + detail
  }).join('')).join('') + rect(0, 2 * tile, width, 8, '#000', 'opacity="0.4"')
  const slimes = range(5).map((i) => ({ x: 230 + i * 76, y: 128 + (i % 3) * 58, dies: 0.9 + i * 1.15 }))
  const torches = [90, 250, 410, 570]

  return (time) => {
    const target = slimes.findIndex((slime) => slime.dies > time)
    const next = slimes[target === -1 ? slimes.length - 1 : target] ?? { x: 300, y: 180, dies: 99 }
    const before = slimes[target - 1] ?? { x: 180, y: 200, dies: 0 }
    const share = clamp((time - before.dies) / Math.max(0.1, next.dies - before.dies))
    const x = before.x - 40 + (next.x - before.x) * share
    const y = before.y + (next.y - before.y) * share
    const swing = clamp((share - 0.75) * 4)
    const killed = slimes.filter((slime) => slime.dies < time).length
    return (
      rect(0, 0, width, height, '#171327') + floor +
      torches.map((tx, i) => rect(tx - 3, 34, 6, 18, '#6b4423') + glow(tx, 32, 92 + Math.sin(time * 11 + i * 2) * 8, '#ff9d3c', 0.75) + rect(tx - 5, 22 + Math.sin(time * 13 + i) * 2, 10, 14, '#ffb14a') + rect(tx - 2.5, 26, 5, 8, '#fff3b0')).join('') +
      group(pixels(chest), `translate(${width - 72} 190) scale(5)`) + glow(width - 52, 206, 60, '#ffd24a', 0.35 + Math.sin(time * 4) * 0.1) +
      slimes.map((slime, i) => time < slime.dies ? group(pixels(slimeArt), `translate(${slime.x - 18} ${slime.y - 20 + Math.abs(Math.sin(time * 5 + i)) * -7}) scale(4.4)`) + bar(slime.x - 16, slime.y - 30, 32, i === target ? 1 - swing * 0.9 : 1, '#ff4d6d', 4) : burst(slime.x, slime.y, (time - slime.dies) / 0.8, 42, ['#52e07a', '#c9ffd8', '#2ea455'], i) + (time - slime.dies < 1 ? text(slime.x, slime.y - 30 - (time - slime.dies) * 26, 14, '+120', { anchor: 'middle', fill: '#ffe66b', outline: true }) : '')).join('') +
      group(pixels(hero) + group(rect(7.2, -4, 1.2, 7, '#e9eeff') + rect(6.2, 2.4, 3.2, 1, '#ffd24a'), `rotate(${swing * 95 - 10} 7.5 4.5)`), `translate(${x - 20} ${y - 22 + Math.sin(time * 14) * 2}) scale(5)`) + glow(x, y, 100, '#8fb8ff', 0.22) +
      each(16, (i) => circle(chance(seed + 3, i) * width, (chance(seed + 4, i) * height - time * 22 + 900) % height, 1.3, '#ffb14a', 'opacity="0.55"')) +
      radial('dark', [0.35, '#080512', 0], [1, '#080512', 0.86]) + rect(-80, -120, width + 160, height + 240, 'url(#dark)') +
      panel(12, height - 46, 176, 34, 0.65) + text(22, height - 31, 10, `${player}  LV 12`) + bar(22, height - 24, 152, 0.82, '#ff4d6d', 6) + panel(width - 150, height - 40, 138, 28, 0.65) + text(width - 22, height - 21, 13, `GOLD ${1240 + killed * 120}`, { anchor: 'end', fill: '#ffd24a', mono: true }) + text(width / 2, 20, 11, 'FLOOR 7 - THE OLD CRYPT', { anchor: 'middle', fill: '#d9c8ff', outline: true })
    )
  }
}

function pixels(art: readonly string[]): string {
  return art.map((row, y) => [...row].map((ink, x) => (inks[ink] === undefined ? '' : rect(x, y, 1.04, 1.04, inks[ink]))).join('')).join('')
}
