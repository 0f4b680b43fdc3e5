import { burst, chance, circle, each, glow, line, range, rect, vertical, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { stat, text } from '../hud.ts'

const cell = 20
const columns = 28
const rows = 14
const perSecond = 9

/** A snake of light hunts food over a grid. */
export const snake: Scene = ({ width, height, seed, seconds, player }) => {
  const left = (width - columns * cell) / 2
  const top = 52
  const { trail, foods, eaten } = play(seed, Math.ceil(seconds * perSecond) + 60)
  const at = (place: Point): Point => [left + place[0] * cell + cell / 2, top + place[1] * cell + cell / 2]

  return (time) => {
    const position = time * perSecond + 42
    const tick = Math.floor(position)
    const score = eaten.filter((at) => at <= tick).length
    const length = 14 + score * 2
    const food = foods[score] ?? [3, 3]
    const [foodX, foodY] = at(food)
    const points = range(length * 4).map((i): Point => {
      const behind = position - i / 4
      const from = at(trail[Math.max(0, Math.floor(behind))] ?? [0, 0])
      const to = at(trail[Math.max(0, Math.floor(behind) + 1)] ?? [0, 0])
      const share = behind - Math.floor(behind)
      return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
    })
    const head = points[0] ?? [0, 0]
    const lastMeal = eaten[score - 1] ?? -99
    const mealPlace = at(foods[score - 1] ?? [0, 0])
    return (
      vertical('back', [0, '#070a1f'], [1, '#130a2e']) + rect(0, 0, width, height, 'url(#back)') + glow(width * 0.3, height * 0.5, 220, '#2a3cff', 0.22) + glow(width * 0.75, height * 0.6, 220, '#c02aff', 0.2) +
      each(columns + 1, (i) => line([left + i * cell, top], [left + i * cell, top + rows * cell], '#3a4bb0', 0.8, 'opacity="0.4"')) + each(rows + 1, (i) => line([left, top + i * cell], [left + columns * cell, top + i * cell], '#3a4bb0', 0.8, 'opacity="0.4"')) +
      rect(left - 3, top - 3, columns * cell + 6, rows * cell + 6, 'none', 'stroke="#ff4fd8" stroke-width="3" rx="6"') + rect(left - 7, top - 7, columns * cell + 14, rows * cell + 14, 'none', 'stroke="#ff4fd8" stroke-width="6" stroke-opacity="0.25" rx="9"') +
      glow(foodX, foodY, 34 + Math.sin(time * 6) * 5, '#ffd24a', 0.9) + circle(foodX, foodY, 7, '#ffe66b') + circle(foodX - 2, foodY - 2, 2.4, '#fff') +
      points.toReversed().map(([x, y], i) => { const share = i / points.length; return i % 4 === 0 ? glow(x, y, 20, '#25f0b5', 0.28 * share) : '' }).join('') +
      points.toReversed().map(([x, y], i) => circle(x, y, 4.2 + 4.4 * (i / points.length), `hsl(${190 - (i / points.length) * 45} 95% ${42 + (i / points.length) * 18}%)`)).join('') +
      glow(head[0], head[1], 40, '#8dffd9', 0.6) + circle(head[0], head[1], 10, '#c9fff0') + circle(head[0] - 3.6, head[1] - 3, 2.1, '#062018') + circle(head[0] + 3.6, head[1] - 3, 2.1, '#062018') +
      burst(mealPlace[0], mealPlace[1], (position - lastMeal) / perSecond / 0.8, 52, ['#ffe66b', '#25f0b5', '#fff'], score, 20) + vignette(width, height, 0.4) +
      stat(left - 4, 8, 96, 'SCORE', String(2_150 + score * 50).padStart(6, '0'), '#25f0b5') + stat(left + 98, 8, 70, 'LENGTH', String(length)) + text(width - left, 30, 13, player, { anchor: 'end', fill: '#ff9de8' }) + text(width - left, 44, 9, 'BEST 3 400', { anchor: 'end', fill: '#b9bfd6' })
    )
  }
}

/** Plays the whole game ahead: where the head is at each tick, where food lies, and when it is eaten. */
function play(seed: number, ticks: number): { trail: Point[]; foods: Point[]; eaten: number[] } {
  const trail: Point[] = [[2, 7]]
  const foods: Point[] = range(60).map((i) => [2 + Math.floor(chance(seed, i) * (columns - 4)), 1 + Math.floor(chance(seed + 1, i) * (rows - 2))])
  const eaten: number[] = []
  let direction: Point = [1, 0]
  for (let tick = 1; tick < ticks; tick += 1) {
    const [x, y] = trail[tick - 1] ?? [0, 0]
    const [fx, fy] = foods[eaten.length] ?? [0, 0]
    const body = trail.slice(-18)
    const ways: Point[] = [direction, [direction[1], direction[0]], [-direction[1], -direction[0]]]
    const free = ways.filter(([dx, dy]) => x + dx >= 0 && x + dx < columns && y + dy >= 0 && y + dy < rows && !body.some(([bx, by]) => bx === x + dx && by === y + dy))
    direction = free.toSorted((a, b) => Math.abs(fx - x - a[0]) + Math.abs(fy - y - a[1]) - Math.abs(fx - x - b[0]) - Math.abs(fy - y - b[1]))[0] ?? direction
    trail.push([x + direction[0], y + direction[1]])
    if (x + direction[0] === fx && y + direction[1] === fy) eaten.push(tick)
  }
  return { trail, foods, eaten }
}
