import { burst, chance, circle, clamp, each, ellipse, glow, group, line, mix, pick, poly, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { clock, panel, scoreboard, text } from '../hud.ts'

const confetti = ['#ff8a2b', '#ffd24a', '#3fc7ff', '#ff4d8d', '#7dff9b', '#fff']

/** A rocket car jumps, hits the ball and scores. */
export const rocketGoal: Scene = ({ width, height, seed, seconds, player, rival }) => {
  const floor = height - 46
  const hit = seconds * 0.34
  const goal = seconds * 0.56
  const ballAt = (time: number) => {
    if (time < hit) return [mix(width * 0.44, width * 0.52, time / hit), floor - 150 - Math.sin((time / hit) * Math.PI) * 44] as const
    const fly = clamp((time - hit) / (goal - hit))
    return [mix(width * 0.52, width * 0.9, fly), mix(floor - 150, floor - 62, fly) - Math.sin(fly * Math.PI) * 62] as const
  }
  const carAt = (time: number) => {
    const run = clamp(time / hit)
    if (time < hit) return [mix(-40, width * 0.49, run), floor - Math.max(0, (run - 0.5) * 2) ** 1.2 * 128, -34 * clamp((run - 0.45) * 2)] as const
    const fall = clamp((time - hit) / 1.5)
    return [mix(width * 0.49, width * 0.7, fall), floor - 128 * (1 - fall ** 2), mix(-34, 360, fall)] as const
  }

  return (time) => {
    const [ballX, ballY] = ballAt(time)
    const [carX, carY, angle] = carAt(time)
    const scored = time >= goal
    const since = time - goal
    const pulse = scored ? clamp(since * 4) : 0
    return (
      vertical('hall', [0, '#0a1030'], [0.7, '#1d3f86'], [1, '#3f8fd8']) + vertical('floor', [0, '#2f9a4f'], [1, '#12532e']) + vertical('beam', [0, '#dff2ff', 0.34], [1, '#dff2ff', 0]) +
      rect(0, 0, width, height, 'url(#hall)') +
      each(3, (row) => each(66, (i) => circle(i * 10 + (row % 2) * 5, 116 + row * 15 + Math.sin(time * 6 + i * 1.3 + row) * (scored ? 4 : 1.2), 4.4, pick(['#ff8a2b', '#2f7bff', '#27345c', '#35487c', '#1c2748'], chance(seed, i + row * 70) * 5), 'opacity="0.85"'))) +
      each(5, (i) => poly([[60 + i * 130, 34], [100 + i * 130 + Math.sin(time + i) * 30, floor], [10 + i * 130 + Math.sin(time + i) * 30, floor]], 'url(#beam)')) +
      each(5, (i) => rect(40 + i * 130, 28, 40, 8, '#eaf6ff', 'rx="3"') + glow(60 + i * 130, 32, 40, '#bfe6ff', 0.7)) +
      rect(0, 162, width, 7, '#0f1d47') + rect(0, 169, width, floor - 169, '#1a3c86', 'opacity="0.55"') + each(17, (i) => poly([[i * 40, 169], [i * 40 + 20, 185], [i * 40, 201], [i * 40 - 20, 185]], '#8fc6ff', 'opacity="0.12"')) +
      poly([[0, floor - 18], [width, floor - 18], [width, height], [0, height]], 'url(#floor)') + each(9, (i) => poly([[i * 80, floor - 18], [i * 80 + 40, floor - 18], [i * 84 + 36, height], [i * 84 - 12, height]], '#fff', 'opacity="0.06"')) +
      rect(0, floor - 18, width, 2.5, '#fff', 'opacity="0.6"') + 
      rect(width * 0.83, floor - 128, 130, 128, '#ff8a2b', `opacity="${0.2 + pulse * 0.35}"`) + each(7, (i) => line([width * 0.83 + i * 18, floor - 128], [width * 0.83 + i * 18, floor], '#ffd9b0', 1, 'opacity="0.5"') + line([width * 0.83, floor - 128 + i * 19], [width, floor - 128 + i * 19], '#ffd9b0', 1, 'opacity="0.5"')) +
      rect(width * 0.83 - 5, floor - 134, 7, 136, '#ffb066', 'rx="3"') + rect(width * 0.83 - 5, floor - 136, 140, 7, '#ffb066', 'rx="3"') + glow(width * 0.9, floor - 60, 110 + pulse * 90, '#ff8a2b', 0.25 + pulse * 0.5) +
      each(14, (i) => { const [x, y, a] = carAt(Math.max(0, time - i * 0.03)); const r = (a * Math.PI) / 180; return time > hit + 1.5 ? '' : glow(x - Math.cos(r) * 40, y - 12 - Math.sin(r) * 40, 17 - i * 0.9, '#ffb14a', 0.7 - i * 0.045) }) +
      ellipse(carX, floor + 2, 40, 5, '#000', 'opacity="0.35"') + group(rocketCar(), `translate(${carX} ${carY - 14}) rotate(${angle})`) +
      (scored ? '' : each(6, (i) => { const [x, y] = ballAt(Math.max(0, time - i * 0.04)); return circle(x, y, 22 - i * 2.5, '#fff', `opacity="${time > hit ? 0.12 : 0.03}"`) }) + group(ball(), `translate(${ballX} ${ballY}) rotate(${time * 200})`)) +
      burst(width * 0.52, floor - 150, (time - hit) / 0.5, 46, ['#fff', '#9fe8ff'], seed, 12) + burst(ballX, ballY, since / 1.1, 190, ['#ff8a2b', '#ffd24a', '#fff'], seed + 1, 34) +
      (scored ? each(110, (i) => {
        const x = chance(seed + 2, i) * width + Math.sin(since * 3 + i) * 14
        const y = -20 - chance(seed + 3, i) * 200 + since * (150 + chance(seed + 4, i) * 120)
        return rect(-3.5, -2, 7, 4.5, pick(confetti, i), `transform="translate(${x} ${y}) rotate(${since * 260 + i * 40})"`)
      }) : '') +
      vignette(width, height, 0.4) + scoreboard(width, '3', scored ? '4' : '3', clock(9 - time), ['#2f7bff', '#ff8a2b']) +
      (scored ? group(text(0, 0, 58, 'GOAL!', { anchor: 'middle', outline: true, fill: '#fff' }) + panel(-96, 12, 192, 24, 0.7) + text(0, 29, 14, `${player} scored`, { anchor: 'middle', fill: '#ffd24a' }), `translate(${width / 2 - 40} ${height * 0.46}) scale(${0.6 + pulse * 0.4})`) : '') +
      text(carX, carY - 46, 9, player, { anchor: 'middle', fill: '#ffd24a', outline: true }) + panel(width - 112, height - 30, 100, 20, 0.55) + text(width - 104, height - 16, 10, `BOOST ${Math.max(8, Math.round(88 - time * 22))}`, { fill: '#ffb14a', mono: true }) + text(14, height - 16, 10, `vs ${rival}`, { outline: true })
    )
  }
}

function rocketCar(): string {
  return (
    poly([[-38, 4], [-40, -8], [-22, -12], [-8, -24], [14, -24], [26, -10], [42, -4], [42, 6]], '#ff7a1f') + poly([[-4, -21], [11, -21], [20, -10], [-14, -10]], '#12203f') + poly([[-46, -22], [-26, -22], [-30, -12], [-40, -12]], '#12203f') +
    rect(-38, 2, 80, 5, '#8a3306', 'rx="2"') + circle(-23, 7, 10, '#151a2c') + circle(25, 7, 10, '#151a2c') + circle(-23, 7, 4.5, '#ffd24a') + circle(25, 7, 4.5, '#ffd24a')
  )
}

function ball(): string {
  return circle(0, 0, 23, '#eef3ff') + each(6, (i) => group(poly([[0, -23], [7, -14], [0, -6], [-7, -14]], '#93a3c9'), `rotate(${i * 60})`)) + circle(0, 0, 5, '#93a3c9') + circle(-7, -8, 8, '#fff', 'opacity="0.7"')
}
