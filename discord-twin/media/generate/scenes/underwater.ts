import { chance, circle, each, ellipse, glow, group, line, path, pick, poly, rect, vertical, vignette } from '../canvas.ts'
import type { Scene } from '../canvas.ts'
import { bar, panel, stat, text } from '../hud.ts'

/** A little submarine dives past a reef and meets something big. */
export const underwater: Scene = ({ width, height, seed, player }) => (time) => {
  const subX = width * 0.36 + Math.sin(time * 0.9) * 26
  const subY = height * 0.47 + Math.sin(time * 1.6) * 18
  const scroll = time * 60
  return (
    vertical('sea', [0, '#3fd0e0'], [0.4, '#1279b0'], [1, '#04183f']) + vertical('ray', [0, '#e6ffff', 0.4], [1, '#e6ffff', 0]) + vertical('lamp', [0, '#fff6c0', 0.5], [1, '#fff6c0', 0]) + rect(0, 0, width, height, 'url(#sea)') +
    each(7, (i) => { const x = i * 110 - 40 + Math.sin(time * 0.5 + i) * 30; return poly([[x, -10], [x + 46, -10], [x + 150 + i * 6, height * 0.9], [x + 20, height * 0.9]], 'url(#ray)', `opacity="${0.5 + 0.4 * Math.sin(time + i * 2)}"`) }) +
    group(whale(time), `translate(${width * 0.98 - time * 34} 116) scale(1.25)`, 'opacity="0.6"') +
    each(3, (layer) => path(`M-20 ${height + 10} ${each(14, (i) => { const index = i + Math.floor((scroll * (0.3 + layer * 0.35)) / 60); return `L${index * 60 - scroll * (0.3 + layer * 0.35)} ${height - 92 + layer * 28 - chance(seed + layer, index) * 50} ` })} L${width + 120} ${height + 10} Z`, ['#0f5a8f', '#0a3d6b', '#062448'][layer] ?? '#000')) +
    each(16, (i) => {
      const index = i + Math.floor((scroll * 1) / 52)
      const x = index * 52 - scroll
      const color = pick(['#ff5f8f', '#ff9d4a', '#b05fff', '#3fe0b0', '#ffd24a'], chance(seed + 5, index) * 5)
      const tall = 24 + chance(seed + 6, index) * 44
      return chance(seed + 7, index) > 0.45 ? each(4, (arm) => path(`M${x + arm * 7} ${height} q${Math.sin(time * 2 + arm + index) * 9} ${-tall * 0.6} ${Math.sin(time * 2 + arm + index) * 12 + (arm - 1.5) * 6} ${-tall - arm * 4}`, 'none', `stroke="${color}" stroke-width="6" stroke-linecap="round"`)) : circle(x + 14, height + 4, 22 + tall * 0.15, color) + circle(x + 8, height - 6, 5, '#fff', 'opacity="0.3"') + circle(x + 20, height - 2, 3, '#fff', 'opacity="0.3"')
    }) +
    each(22, (i) => {
      const x = ((chance(seed + 8, i) * 800 - time * (50 + chance(seed + 9, i) * 50) + 8000) % 800) - 60
      const y = 70 + chance(seed + 10, i) * 210 + Math.sin(time * 2 + i) * 7
      const color = pick(['#ffd24a', '#ff8a4a', '#7fffe0', '#ff7fb0'], i)
      return group(ellipse(0, 0, 10, 5.5, color) + poly([[8, 0], [17, -6 + Math.sin(time * 14 + i) * 2], [17, 6 + Math.sin(time * 14 + i) * 2]], color) + circle(-5, -1.5, 1.5, '#05203a') + line([1, -5], [1, 5], '#fff', 1.6, 'opacity="0.6"'), `translate(${x} ${y}) scale(${0.7 + chance(seed + 11, i) * 0.7})`)
    }) +
    poly([[subX + 50, subY + 4], [subX + 290, subY - 34], [subX + 290, subY + 92]], '#fff6c0', 'opacity="0.16"') + poly([[subX + 50, subY + 6], [subX + 220, subY - 6], [subX + 220, subY + 60]], '#fff6c0', 'opacity="0.18"') + group(submarine(time), `translate(${subX} ${subY}) rotate(${Math.cos(time * 1.6) * 4})`) +
    each(22, (i) => { const age = (time * 0.6 + i / 22) % 1; return circle(subX - 66 - age * 110 + Math.sin(i * 7 + time * 3) * 6, subY - age * 130, 2 + chance(seed, i) * 4, '#e6ffff', `opacity="${0.6 - age * 0.5}" stroke="#fff" stroke-width="0.8"`) }) +
    vignette(width, height, 0.5) + stat(12, 12, 84, 'DEPTH', `${Math.round(212 + time * 7)} m`, '#7fffe0') + stat(102, 12, 84, 'RELICS', '3 / 5', '#ffd24a') + panel(width - 132, 12, 120, 34) + text(width - 122, 27, 10, `OXYGEN  ${player}`) + bar(width - 122, 33, 100, 0.7 - time * 0.02, '#7fe7ff', 6)
  )
}

function submarine(time: number): string {
  const blade = Math.abs(Math.sin(time * 22)) * 20
  return (
    ellipse(-66, 0, 3.5, blade, '#d9a02a') + rect(-64, -3, 14, 6, '#8a5a12') + poly([[-52, -6], [-66, -26], [-44, -18]], '#d98a1f') + poly([[-52, 6], [-66, 26], [-44, 18]], '#d98a1f') + ellipse(0, 0, 58, 28, '#ffc83c') + ellipse(0, 8, 54, 19, '#e09a22') + rect(-12, -46, 30, 22, '#ffc83c', 'rx="6"') + path('M2 -46 V-62 H16', 'none', 'stroke="#8a5a12" stroke-width="4"') +
    [-22, 4, 30].map((x) => circle(x, -3, 10, '#8a5a12') + circle(x, -3, 7.4, '#9ff0ff') + circle(x - 2, -5.4, 2.2, '#fff')).join('') + circle(54, 4, 6, '#fff6c0') + glow(54, 4, 34, '#fff6c0', 0.8) + rect(-40, 20, 80, 4, '#a86a12', 'rx="2"')
  )
}

function whale(time: number): string {
  const tail = Math.sin(time * 2) * 14
  return path(`M-150 0 C-130 -66 10 -72 90 -16 C120 -6 140 ${-10 + tail} 168 ${-38 + tail} C166 ${-14 + tail} 172 ${2 + tail} 180 ${18 + tail} C150 ${12 + tail} 120 14 90 14 C20 52 -120 54 -150 0 Z`, '#0b3f72') + path('M-148 8 C-110 54 10 50 70 20 C0 34 -90 34 -148 8 Z', '#7fb8d8', 'opacity="0.7"') + circle(-104, -10, 4.5, '#e6ffff') + path('M-40 20 C-30 60 0 70 20 74 C12 54 0 34 -6 20 Z', '#0a3560')
}
