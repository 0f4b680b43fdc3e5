import { chance, clamp, each, glow, pick, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { panel, stat, text } from '../hud.ts'

const paints = ['#36d6e7', '#ffd24a', '#b05fff', '#ff9d3c', '#3f7bff', '#52e07a', '#ff4d6d']
const shapes = [[[0, 0], [1, 0], [2, 0], [3, 0]], [[0, 0], [1, 0], [0, 1], [1, 1]], [[1, 0], [0, 1], [1, 1], [2, 1]], [[2, 0], [0, 1], [1, 1], [2, 1]], [[0, 0], [0, 1], [1, 1], [2, 1]], [[1, 0], [2, 0], [0, 1], [1, 1]], [[0, 0], [1, 0], [1, 1], [2, 1]]] as const
const columns = 10
const dropSeconds = 0.8
type Grid = (number | undefined)[][]
type Drop = { shape: number; x: number; y: number; before: Grid; cleared: number[]; total: number }

/** Falling blocks; made for tall pictures, and fine in wide ones. */
export const blocks: Scene = ({ width, height, seed, seconds, player }) => {
  const tall = height > width
  const size = tall ? 25 : 17
  const rows = tall ? 20 : 19
  const left = tall ? (width - columns * size) / 2 : width / 2 - (columns * size) / 2
  const top = height - rows * size - 16
  const drops = play(seed, rows, Math.ceil(seconds / dropSeconds) + 1)
  const brick = (x: number, y: number, paint: string, extra = '') => `<g ${extra}>${rect(left + x * size + 0.5, top + y * size + 0.5, size - 1, size - 1, paint, 'rx="3"')}${poly([[left + x * size + 2, top + y * size + 2], [left + x * size + size - 2, top + y * size + 2], [left + x * size + size - 5, top + y * size + 5], [left + x * size + 5, top + y * size + 5]], '#fff', 'opacity="0.45"')}${rect(left + x * size + 2, top + y * size + size - 5, size - 4, 3, '#000', 'opacity="0.22"')}</g>`

  return (time) => {
    const drop = drops[Math.min(drops.length - 1, Math.floor(time / dropSeconds))]
    if (drop === undefined) return ''
    const share = (time / dropSeconds) % 1
    const y = Math.min(drop.y, Math.floor(share * 1.25 * (drop.y + 1)))
    const flash = drop.cleared.length > 0 ? clamp(share * 5 - 4) : 0
    const shape = shapes[drop.shape] ?? []
    const paint = pick(paints, drop.shape)
    const next = pick(shapes, kindAt(seed, Math.floor(time / dropSeconds) + 1))
    const side = tall ? [left, 12] : [left + columns * size + 22, top]
    return (
      vertical('back', [0, '#1a0f45'], [0.6, '#3a1a6b'], [1, '#0c1f55']) + rect(0, 0, width, height, 'url(#back)') + glow(width * 0.2, height * 0.3, 240, '#ff4fd8', 0.28) + glow(width * 0.85, height * 0.7, 260, '#2fa0ff', 0.3) +
      each(26, (i) => { const cell = 12 + chance(seed + 7, i) * 22; return rect(-cell / 2, -cell / 2, cell, cell, pick(paints, i), `opacity="0.13" rx="4" transform="translate(${chance(seed + 8, i) * width} ${(chance(seed + 9, i) * (height + 80) + time * (14 + i)) % (height + 80) - 40}) rotate(${time * 24 + i * 30})"`) }) +
      rect(left - 8, top - 8, columns * size + 16, rows * size + 16, '#05060f', 'rx="8" opacity="0.75"') + rect(left - 8, top - 8, columns * size + 16, rows * size + 16, 'none', 'stroke="#9f8bff" stroke-width="2.5" rx="8"') + each(columns - 1, (i) => rect(left + (i + 1) * size - 0.5, top, 1, rows * size, '#fff', 'opacity="0.05"')) +
      drop.before.map((row, ry) => row.map((cell, rx) => (cell === undefined ? '' : brick(rx, ry, pick(paints, cell)))).join('')).join('') + shape.map(([dx, dy]) => brick(drop.x + dx, drop.y + dy, paint, 'opacity="0.22"')).join('') + shape.map(([dx, dy]) => brick(drop.x + dx, y + dy, paint)).join('') +
      glow(left + (drop.x + 1.5) * size, top + (y + 1) * size, size * 3, paint, 0.35) + drop.cleared.map((row) => rect(left, top + row * size, columns * size, size, '#fff', `opacity="${flash}"`)).join('') + (flash > 0 ? text(left + (columns * size) / 2, top + rows * size * 0.4, 24, drop.cleared.length > 1 ? 'DOUBLE!' : 'CLEAR!', { anchor: 'middle', fill: '#ffe66b', outline: true }) : '') + vignette(width, height, 0.35) +
      panel(side[0] ?? 0, side[1] ?? 0, 84, 62, 0.6) + text((side[0] ?? 0) + 8, (side[1] ?? 0) + 13, 9, 'NEXT', { fill: '#b9bfd6' }) + next.map(([dx, dy]) => rect((side[0] ?? 0) + 14 + dx * 14, (side[1] ?? 0) + 24 + dy * 14, 13, 13, pick(paints, shapes.indexOf(next)), 'rx="2"')).join('') +
      (tall ? stat(left + 92, 12, 78, 'LINES', String(38 + drop.total)) + stat(left + 176, 12, 74, 'LEVEL', '5', '#52e07a') + text(left + 92, 62, 16, String(18_400 + drop.total * 400), { mono: true, fill: '#ffe66b' }) : stat(left - 122, top, 100, 'SCORE', String(18_400 + drop.total * 400), '#ffe66b') + stat(left - 122, top + 40, 100, 'LINES', String(38 + drop.total)) + stat(left - 122, top + 80, 100, 'LEVEL', '5', '#52e07a') + text(left - 122, top + 136, 13, player, { outline: true }))
    )
  }
}

function kindAt(seed: number, drop: number): number {
  return drop < 2 ? drop : Math.floor(chance(seed, drop + 100) * 7)
}

/** Plays the game ahead: each piece goes where it leaves the fewest holes. */
function play(seed: number, rows: number, count: number): Drop[] {
  // The two top rows miss one square only, so that an early piece clears both.
  const filled = (x: number, y: number) => (y === rows - 7 || y === rows - 6 ? x !== 4 && x !== 5 : y > rows - 6 && x !== (y % 2 === 0 ? 7 : 6) && x !== 3 + (y % 3) && chance(seed + 5, y * 10 + x) > 0.12)
  let grid: Grid = range(rows).map((y) => range(columns).map((x) => (filled(x, y) ? Math.floor(chance(seed + 6, y * 10 + x) * 7) : undefined)))
  let total = 0
  return range(count).map((i) => {
    const kind = kindAt(seed, i)
    const shape = shapes[kind] ?? shapes[0]
    const fits = (x: number, y: number) => shape.every(([dx, dy]) => x + dx < columns && y + dy < rows && grid[y + dy]?.[x + dx] === undefined)
    const options = range(columns).filter((x) => fits(x, 0)).map((x) => { let y = 0; while (fits(x, y + 1)) y += 1; const holes = shape.filter(([dx, dy]) => y + dy + 1 < rows && grid[y + dy + 1]?.[x + dx] === undefined && !shape.some(([ox, oy]) => ox === dx && oy === dy + 1)).length; return { x, y, worth: y * 2 - holes * 3 } })
    const best = options.toSorted((a, b) => b.worth - a.worth)[0] ?? { x: 0, y: 0 }
    const before = grid
    const after = grid.map((row, y) => row.map((cell, x) => (shape.some(([dx, dy]) => best.x + dx === x && best.y + dy === y) ? kind : cell)))
    const cleared = range(rows).filter((y) => after[y]?.every((cell) => cell !== undefined))
    grid = [...cleared.map(() => range(columns).map(() => undefined)), ...after.filter((_, y) => !cleared.includes(y))]
    const drop = { shape: kind, x: best.x, y: best.y, before, cleared, total }
    total += cleared.length
    return drop
  })
}
