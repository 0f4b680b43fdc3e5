import { circle, each, ellipse, group, line, poly, range, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { panel, text } from '../hud.ts'

type Ball = { x: number; y: number; vx: number; vy: number; sunk: boolean }

const paints = ['#f6f2e6', '#ffc93c', '#2f6bff', '#ff4d4d', '#8a4dff', '#ff8a2b', '#28b05c', '#b0243c', '#1c1c26', '#ffc93c', '#2f6bff']
const radius = 9.5
const table = { left: 70, top: 74, right: 570, bottom: 306 }
const pockets = [[table.left, table.top], [320, table.top - 4], [table.right, table.top], [table.left, table.bottom], [320, table.bottom + 4], [table.right, table.bottom]] as const
const shotAt = 1.1
const step = 1 / 240

/** A break shot on a lit table, with real collisions. */
export const billiard: Scene = ({ width, height, seconds, player, rival }) => {
  const history = play(seconds)
  return (time) => {
    const balls = history[Math.min(history.length - 1, Math.floor(time * 60))] ?? []
    const cue = balls[0]
    const pull = time < shotAt ? 26 + Math.sin(Math.min(1, time / shotAt) * Math.PI * 0.9) * 36 : 0
    const down = balls.flatMap((ball, i) => (ball.sunk ? [i] : []))
    return (
      vertical('room', [0, '#1a1024'], [1, '#2b1626']) + vertical('cloth', [0, '#1fa36b'], [1, '#0d6b4a']) + vertical('wood', [0, '#8a4a24'], [1, '#4d2410']) + rect(0, 0, width, height, 'url(#room)') + each(10, (i) => rect(i * 66 - 10, 0, 2, height, '#000', 'opacity="0.2"')) +
      rect(table.left - 34, table.top - 30, 568, 300, '#000', 'rx="22" opacity="0.45"') + rect(table.left - 34, table.top - 36, 568, 300, 'url(#wood)', 'rx="20"') + rect(table.left - 12, table.top - 12, 524, 256, '#0a4f38', 'rx="8"') + rect(table.left - 5, table.top - 5, 510, 242, 'url(#cloth)', 'rx="4"') +
      each(12, (i) => circle(table.left + 42 + (i % 6) * 83, i < 6 ? table.top - 24 : table.bottom + 22, 2.2, '#ffe9b0')) + ellipse(320, 190, 250, 110, '#dfffe9', 'opacity="0.10"') + ellipse(320, 190, 150, 70, '#dfffe9', 'opacity="0.10"') + line([195, table.top - 4], [195, table.bottom + 4], '#fff', 1, 'opacity="0.25"') + circle(195, 190, 2, '#fff', 'opacity="0.4"') +
      pockets.map(([x, y]) => circle(x, y, 16, '#08060c')).join('') +
      (cue !== undefined && time < shotAt ? line([cue.x + 14, cue.y - 1], [cue.x + 176, cue.y - 12], '#fff', 1, 'stroke-dasharray="4 5" opacity="0.7"') + circle(cue.x + 182, cue.y - 12, radius, 'none', 'stroke="#fff" stroke-opacity="0.6"') : '') +
      balls.map((ball, i) => (ball.sunk ? '' : ellipse(ball.x + 4, ball.y + 7, radius, radius * 0.7, '#000', 'opacity="0.35"') + drawBall(i, ball))).join('') +
      (cue !== undefined && time < shotAt + 0.35 ? group(poly([[-pull, -2], [-pull, 2], [-pull - 260, 5], [-pull - 260, -5]], '#e0b070') + rect(-pull - 4, -2.2, 5, 4.4, '#5fb0ff') + poly([[-pull - 170, -3.6], [-pull - 170, 3.6], [-pull - 260, 5], [-pull - 260, -5]], '#3a1a10'), `translate(${time < shotAt ? cue.x - 10 : 176} ${time < shotAt ? cue.y : 190}) rotate(-4)`, `opacity="${time < shotAt ? 1 : 1 - (time - shotAt) / 0.35}"`) : '') +
      vignette(width, height, 0.55) + panel(70, 8, 200, 26, 0.7) + rect(70, 8, 4, 26, '#ffc93c') + text(84, 26, 13, player) + text(258, 26, 15, '4', { anchor: 'end', fill: '#ffc93c' }) + panel(370, 8, 200, 26, 0.7) + rect(566, 8, 4, 26, '#5fb0ff') + text(556, 26, 13, rival, { anchor: 'end' }) + text(382, 26, 15, '3', { fill: '#5fb0ff' }) + text(320, 26, 11, 'RACE TO 5', { anchor: 'middle', fill: '#d9c8ff' }) +
      down.map((i, place) => circle(260 + place * 24, 346, 8.5, paints[i] ?? '#fff')).join('') + text(74, 350, 11, `POTTED ${down.length}`, { fill: '#ffe9b0', mono: true })
    )
  }
}

function drawBall(index: number, ball: Ball): string {
  const striped = index > 8
  return circle(ball.x, ball.y, radius, striped ? '#f6f2e6' : (paints[index] ?? '#fff')) + (striped ? rect(ball.x - radius + 0.6, ball.y - 4, radius * 2 - 1.2, 8, paints[index] ?? '#fff', 'rx="3"') : '') + (index > 0 ? circle(ball.x, ball.y, 4, '#fff') : '') + circle(ball.x - 3, ball.y - 3.5, 2.6, '#fff', 'opacity="0.75"')
}

/** Plays the shot in small steps; the positions of every 60th of a second. */
function play(seconds: number): Ball[][] {
  const balls: Ball[] = [{ x: 190, y: 190, vx: 0, vy: 0, sunk: false }]
  for (const row of range(4)) for (const place of range(row + 1)) balls.push({ x: 396 + row * 17.2, y: 182 + (place - row / 2) * 19.8, vx: 0, vy: 0, sunk: false })
  const history: Ball[][] = []
  for (const tick of range(seconds / step)) {
    if (tick === Math.floor(shotAt / step)) Object.assign(balls[0] ?? {}, { vx: 760, vy: -34 })
    for (const ball of balls) move(ball)
    balls.forEach((ball, i) => balls.slice(i + 1).forEach((other) => collide(ball, other)))
    if (tick % 4 === 0) history.push(balls.map((ball) => ({ ...ball })))
  }
  return history
}

function move(ball: Ball): void {
  ball.x += ball.vx * step
  ball.y += ball.vy * step
  ball.vx *= 1 - 0.55 * step
  ball.vy *= 1 - 0.55 * step
  if (pockets.some(([x, y]) => Math.hypot(ball.x - x, ball.y - y) < 18)) ball.sunk = true
  if (ball.x < table.left + radius || ball.x > table.right - radius) ball.vx = Math.abs(ball.vx) * (ball.x < 320 ? 0.86 : -0.86)
  if (ball.y < table.top + radius || ball.y > table.bottom - radius) ball.vy = Math.abs(ball.vy) * (ball.y < 190 ? 0.86 : -0.86)
}

function collide(a: Ball, b: Ball): void {
  const dx = b.x - a.x
  const dy = b.y - a.y
  const distance = Math.hypot(dx, dy)
  if (a.sunk || b.sunk || distance >= radius * 2 || distance === 0) return
  const push = ((a.vx - b.vx) * dx + (a.vy - b.vy) * dy) / distance
  const overlap = (radius * 2 - distance) / 2
  a.x -= (dx / distance) * overlap
  a.y -= (dy / distance) * overlap
  b.x += (dx / distance) * overlap
  b.y += (dy / distance) * overlap
  if (push <= 0) return
  a.vx -= (push * dx) / distance
  a.vy -= (push * dy) / distance
  b.vx += (push * dx) / distance
  b.vy += (push * dy) / distance
}
