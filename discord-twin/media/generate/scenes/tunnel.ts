import { burst, chance, circle, each, glow, group, line, poly, range, rect, vignette } from '../canvas.ts'
import type { Point, Scene } from '../canvas.ts'
import { bar, stat, text } from '../hud.ts'

/** A flight through a tunnel of glowing hexagons. */
export const tunnel: Scene = ({ width, height, seed, player }) => {
  const reach = Math.hypot(width, height) * 0.62
  return (time) => {
    const flown = time * 5.2
    const center = (depth: number): Point => [width / 2 + Math.sin((flown + depth) * 0.21) * width * 0.11 * Math.min(1, depth / 5), height / 2 + Math.cos((flown + depth) * 0.17) * height * 0.12 * Math.min(1, depth / 5)]
    const rings = range(22).map((i) => {
      const index = Math.floor(flown) + i + 1
      const depth = index - flown
      const [x, y] = center(depth)
      const radius = reach / (depth * 0.42 + 0.12)
      const corners = range(6).map((corner): Point => { const angle = (corner / 6) * Math.PI * 2 + index * 0.09 + time * 0.2; return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius] })
      return { index, depth, x, y, radius, corners, color: `hsl(${(index * 13 + 190) % 360} 95% ${Math.round(62 - depth * 1.2)}%)` }
    }).toReversed()
    const shipX = width / 2 + Math.sin(time * 2.1) * width * 0.14
    const shipY = height * 0.72 + Math.sin(time * 3.1) * 10
    const last = rings[0]
    return (
      rect(0, 0, width, height, '#04030f') + glow(last?.x ?? 0, last?.y ?? 0, Math.min(width, height) * 0.5, '#c9b0ff', 0.9) +
      rings.map((ring, i) => {
        const next = rings[i + 1]
        const fade = Math.max(0.06, 1 - ring.depth / 22)
        const walls = next === undefined ? '' : range(6).map((side) => {
          const pair = [side, (side + 1) % 6]
          const walls: Point[] = [...pair.map((i): Point => ring.corners[i] ?? [0, 0]), ...pair.toReversed().map((i): Point => next.corners[i] ?? [0, 0])]
          return chance(seed + 1, ring.index * 6 + side) > 0.5 ? poly(walls, ring.color, `opacity="${(fade * 0.2).toFixed(2)}"`) : ''
        }).join('') + range(6).map((side) => line(ring.corners[side] ?? [0, 0], next.corners[side] ?? [0, 0], ring.color, 1.2, `opacity="${(fade * 0.7).toFixed(2)}"`)).join('')
        const gate = ring.index % 5 === 0 && ring.depth > 0.8 ? circle(ring.x, ring.y, ring.radius * 0.3, 'none', `stroke="#ffe66b" stroke-width="${(7 / (ring.depth * 0.42 + 0.3)).toFixed(2)}" opacity="${fade}"`) + circle(ring.x, ring.y, ring.radius * 0.3, 'none', `stroke="#ffe66b" stroke-width="${(20 / (ring.depth * 0.42 + 0.3)).toFixed(2)}" opacity="${(fade * 0.22).toFixed(2)}"`) : ''
        return walls + poly(ring.corners, 'none', `stroke="${ring.color}" stroke-width="${(9 / (ring.depth * 0.6 + 0.5)).toFixed(2)}" opacity="${(fade * 0.28).toFixed(2)}"`) + poly(ring.corners, 'none', `stroke="${ring.color}" stroke-width="${(3.4 / (ring.depth * 0.6 + 0.5)).toFixed(2)}" opacity="${fade.toFixed(2)}"`) + gate
      }).join('') +
      each(40, (i) => { const angle = chance(seed + 2, i) * Math.PI * 2; const share = (time * 1.3 + chance(seed + 3, i)) % 1; const near = share * share * reach; return line([width / 2 + Math.cos(angle) * near, height / 2 + Math.sin(angle) * near], [width / 2 + Math.cos(angle) * (near * 1.09 + 3), height / 2 + Math.sin(angle) * (near * 1.09 + 3)], '#fff', 0.6 + share, `opacity="${(share * 0.8).toFixed(2)}"`) }) +
      group(glow(0, 18, 34, '#4fd8ff', 0.95) + glow(-22, 14, 16, '#ff4fd8', 0.9) + glow(22, 14, 16, '#ff4fd8', 0.9) + poly([[0, -26], [46, 20], [14, 12], [0, 22], [-14, 12], [-46, 20]], '#e9eeff') + poly([[0, -26], [46, 20], [14, 12], [0, 22]], '#9aa6d8') + poly([[0, -12], [7, 6], [0, 12], [-7, 6]], '#16224a'), `translate(${shipX} ${shipY}) rotate(${Math.cos(time * 2.1) * 22})`) +
      burst(width / 2, height / 2, ((time + 0.6) % 0.962) / 0.8, 70, ['#ffe66b', '#fff'], Math.floor(time), 12) + vignette(width, height, 0.5) + stat(12, 12, 92, 'SCORE', String(91_300 + Math.floor(time * 240)), '#ffe66b') + text(width - 14, 26, 12, player, { anchor: 'end', outline: true }) + text(width - 14, 42, 10, `GATE ${17 + Math.floor(flown / 5)}`, { anchor: 'end', fill: '#ffe66b', outline: true }) + bar(14, height - 20, 110, 0.5 + 0.3 * Math.sin(time), '#4fd8ff') + text(14, height - 27, 8, 'TURBO', { fill: '#b9bfd6' })
    )
  }
}
