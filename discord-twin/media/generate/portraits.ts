/** Avatars and server icons: simple creatures and emblems on gradients. */
import { circle, each, ellipse, glow, group, line, path, pick, poly, range, rect, vertical } from './canvas.ts'

const size = 256
const grounds = [['#ff8a5c', '#ff3d77'], ['#4a4f66', '#16182a'], ['#9bff7a', '#14b07a'], ['#ffd35c', '#ff8a2b'], ['#d08bff', '#6b3dff'], ['#5cffe0', '#1287b0'], ['#ff9de0', '#b03dff'], ['#3a4a8f', '#12163a'], ['#ffb3a0', '#d0446b'], ['#c9f27a', '#3f9a4f'], ['#8fd0ff', '#7a5cff'], ['#5cc8ff', '#3d5bff']] as const
const skins = ['#fff3e0', '#9bff7a', '#f4f0ff', '#4f7bff', '#ffd0e8', '#ff7a4f', '#7fffd0', '#ff8a3c', '#fff7c9', '#ff6b8f', '#ffffff', '#ffe14a']

const eyes = (gap: number, y: number, open: number): string => [-1, 1].map((side) => circle(side * gap, y, open, '#fff') + circle(side * gap + 2, y + 2, open * 0.55, '#15142a') + circle(side * gap - 1, y - open * 0.3, open * 0.22, '#fff')).join('')
const smile = (y: number, width: number): string => path(`M${-width} ${y} Q0 ${y + width} ${width} ${y}`, 'none', 'stroke="#15142a" stroke-width="6" stroke-linecap="round"')
const cheeks = (y: number): string => ellipse(-46, y, 11, 7, '#ff5f7a', 'opacity="0.45"') + ellipse(46, y, 11, 7, '#ff5f7a', 'opacity="0.45"')

const creatures: readonly ((skin: string) => string)[] = [
  (skin) => poly([[-66, -24], [-60, -92], [-12, -58]], skin) + poly([[66, -24], [60, -92], [12, -58]], skin) + poly([[-54, -44], [-52, -76], [-28, -58]], '#ff8fb0') + poly([[54, -44], [52, -76], [28, -58]], '#ff8fb0') + ellipse(0, 10, 74, 66, skin) + eyes(28, 0, 15) + poly([[-7, 22], [7, 22], [0, 30]], '#ff5f7a') + smile(34, 12) + [-1, 1].map((side) => line([side * 36, 26], [side * 84, 20], '#15142a', 2.5) + line([side * 36, 32], [side * 84, 36], '#15142a', 2.5)).join(''),
  (skin) => poly([[-60, -70], [-36, -50], [-12, -86], [0, -52], [24, -88], [34, -48], [62, -68], [56, -20], [-56, -20]], '#ff8a3c') + ellipse(0, 14, 72, 62, skin) + eyes(28, 4, 15) + path('M-28 38 H28 L20 52 L12 38 L4 52 L-4 38 L-12 52 L-20 38', '#fff', 'stroke="#15142a" stroke-width="4" stroke-linejoin="round"'),
  (skin) => path('M-70 70 V-10 C-70 -100 70 -100 70 -10 V70 L46 52 L24 70 L0 52 L-24 70 L-46 52 Z', skin) + eyes(26, -16, 16) + ellipse(0, 22, 11, 15, '#15142a') + cheeks(12),
  (skin) => each(6, (i) => line([(i - 2.5) * 24, 30], [(i - 2.5) * 34 + (i % 2 ? 8 : -8), 82], skin, 20, 'stroke-linecap="round"')) + ellipse(0, -14, 70, 66, skin) + eyes(26, -16, 17) + smile(18, 14) + circle(-38, -54, 8, '#fff', 'opacity="0.35"'),
  (skin) => ellipse(-34, -76, 15, 46, skin, 'transform="rotate(-10 -34 -76)"') + ellipse(34, -76, 15, 46, skin, 'transform="rotate(10 34 -76)"') + ellipse(-34, -76, 7, 32, '#ff8fb0', 'transform="rotate(-10 -34 -76)"') + ellipse(34, -76, 7, 32, '#ff8fb0', 'transform="rotate(10 34 -76)"') + ellipse(0, 18, 70, 62, skin) + eyes(26, 6, 14) + ellipse(0, 28, 7, 5, '#ff5f7a') + cheeks(32) + rect(-8, 38, 7, 14, '#fff') + rect(1, 38, 7, 14, '#fff'),
  (skin) => poly([[-76, -70], [-10, -50], [-70, 10]], skin) + poly([[76, -70], [10, -50], [70, 10]], skin) + poly([[-76, -14], [0, -58], [76, -14], [0, 84]], skin) + poly([[-76, -14], [-14, 22], [0, 84]], '#fff3e0') + poly([[76, -14], [14, 22], [0, 84]], '#fff3e0') + eyes(28, -2, 11) + circle(0, 74, 11, '#15142a'),
  (skin) => ellipse(0, 0, 64, 80, skin) + ellipse(-26, -12, 22, 28, '#15142a', 'transform="rotate(-18 -26 -12)"') + ellipse(26, -12, 22, 28, '#15142a', 'transform="rotate(18 26 -12)"') + circle(-20, -22, 7, '#fff') + circle(32, -22, 7, '#fff') + smile(40, 10) + line([-24, -70], [-40, -98], skin, 7) + line([24, -70], [40, -98], skin, 7) + circle(-40, -100, 9, skin) + circle(40, -100, 9, skin),
  (skin) => circle(0, 0, 62, skin) + circle(-20, -22, 12, '#000', 'opacity="0.13"') + circle(24, 20, 18, '#000', 'opacity="0.13"') + circle(22, -30, 7, '#000', 'opacity="0.13"') + ellipse(0, 4, 104, 24, 'none', 'stroke="#ffe9b0" stroke-width="9" transform="rotate(-18)" stroke-dasharray="250 500" stroke-dashoffset="10"') + each(12, (i) => circle(Math.cos(i * 2.4) * (88 + (i % 3) * 14), Math.sin(i * 2.4) * (88 + (i % 3) * 14), 2 + (i % 2), '#fff')),
  (skin) => path('M-82 0 C-82 -100 82 -100 82 0 Z', '#ff4d5c') + circle(-36, -40, 15, '#fff') + circle(24, -54, 19, '#fff') + circle(56, -18, 10, '#fff') + rect(-44, -2, 88, 78, skin, 'rx="30"') + eyes(18, 24, 10) + smile(44, 9),
  (skin) => each(10, (i) => group(ellipse(0, -66, 20, 34, skin), `rotate(${i * 36})`)) + circle(0, 0, 54, '#ffe14a') + eyes(20, -8, 11) + smile(14, 16) + cheeks(14),
  (skin) => ellipse(0, 16, 74, 70, '#20233a') + ellipse(0, 30, 54, 54, skin) + circle(-28, -2, 26, skin) + circle(28, -2, 26, skin) + eyes(26, -2, 13) + poly([[-14, 18], [14, 18], [0, 38]], '#ffb03c') + poly([[-20, -54], [0, -82], [20, -54]], '#20233a'),
  (skin) => line([0, -62], [0, -92], '#2a2f4a', 6) + circle(0, -96, 10, '#ff4d6d') + rect(-70, -62, 140, 118, skin, 'rx="26"') + rect(-84, -22, 16, 40, '#2a2f4a', 'rx="6"') + rect(68, -22, 16, 40, '#2a2f4a', 'rx="6"') + rect(-52, -40, 104, 52, '#15142a', 'rx="20"') + circle(-24, -14, 12, '#5cffe0') + circle(24, -14, 12, '#5cffe0') + each(5, (i) => rect(-36 + i * 16, 28, 9, 14, '#2a2f4a', 'rx="2"')),
]

const emblems: readonly (() => string)[] = [
  () => group(path('M0 -88 C44 -54 44 10 26 48 H-26 C-44 10 -44 -54 0 -88 Z', '#f4f0ff') + path('M0 -88 C44 -54 44 10 26 48 H0 Z', '#b9bfe6') + poly([[-32, 6], [-62, 56], [-24, 46]], '#ff4d6d') + poly([[32, 6], [62, 56], [24, 46]], '#ff4d6d') + circle(0, -22, 18, '#2a2f6b') + circle(0, -22, 12, '#5cd0ff') + glow(0, 66, 46, '#ffb03c', 1) + poly([[-16, 50], [16, 50], [0, 96]], '#ffe14a'), 'rotate(32)'),
  () => rect(-92, -46, 184, 92, '#1a1c38', 'rx="46"') + circle(-64, 34, 34, '#1a1c38') + circle(64, 34, 34, '#1a1c38') + rect(-74, -12, 48, 15, '#f4f0ff', 'rx="4"') + rect(-57, -29, 15, 48, '#f4f0ff', 'rx="4"') + range(4).map((i) => circle(52 + Math.cos((i * Math.PI) / 2) * 23, -5 + Math.sin((i * Math.PI) / 2) * 23, 10, pick(['#ff4d6d', '#ffd24a', '#52e07a', '#4fb8ff'], i))).join('') + circle(0, -18, 9, '#9f8bff'),
  () => [-1, 1].map((side) => group(rect(-7, -100, 14, 132, '#e9eeff', 'rx="5"') + rect(0, -100, 7, 132, '#aab4dd') + rect(-28, 30, 56, 12, '#ffc83c', 'rx="5"') + rect(-6, 42, 12, 34, '#7a4424', 'rx="4"') + circle(0, 80, 9, '#ffc83c'), `rotate(${side * 42})`)).join('') + path('M0 -52 L50 -36 V8 C50 44 22 62 0 72 C-22 62 -50 44 -50 8 V-36 Z', '#3d5bff', 'stroke="#ffe9b0" stroke-width="8"') + path('M-28 18 L-32 -18 L-12 -2 L0 -26 L12 -2 L32 -18 L28 18 Z', '#ffd24a'),
  () => glow(0, 0, 120, '#ffe6a0', 0.9) + circle(0, -6, 62, '#fff0b8') + each(4, (i) => rect(-70, 4 + i * 15, 140, 4 + i * 1.6, '#d0446b')) + poly([[-110, 74], [-62, 10], [-30, 46], [6, -4], [52, 50], [78, 22], [114, 74]], '#3a1552') + poly([[-62, 10], [-74, 26], [-58, 32], [-46, 28]], '#fff') + poly([[6, -4], [-10, 18], [8, 24], [24, 18]], '#fff'),
  () => poly([[0, -96], [28, -30], [98, -26], [44, 18], [62, 86], [0, 48], [-62, 86], [-44, 18], [-98, -26], [-28, -30]], '#ffe14a', 'stroke="#b05f12" stroke-width="8" stroke-linejoin="round"') + poly([[0, -96], [28, -30], [98, -26], [44, 18], [62, 86], [0, 48]], '#ffb03c', 'opacity="0.6"') + eyes(20, -4, 13) + smile(18, 12),
]
const emblemGrounds = [['#1a1f6b', '#6b2fd0'], ['#8f6bff', '#36d6e7'], ['#b0243c', '#4d0f2b'], ['#ff7a5c', '#5c1f7a'], ['#2fd08a', '#0f6b7a']] as const

/** The creature of this number, from 1. */
export function drawAvatar(index: number): string {
  return picture(pick(grounds, index - 1), pick(creatures, index - 1)(pick(skins, index - 1)))
}

/** The emblem of this number, from 1. */
export function drawIcon(index: number): string {
  return picture(pick(emblemGrounds, index - 1), pick(emblems, index - 1)())
}

function picture([light, dark]: readonly [string, string], content: string): string {
  const ground = vertical('ground', [0, light], [1, dark]) + rect(0, 0, size, size, 'url(#ground)') + circle(48, 40, 110, '#fff', 'opacity="0.10"') + circle(226, 236, 90, '#000', 'opacity="0.10"')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${ground}${group(content, `translate(${size / 2} ${size / 2 + 8}) scale(0.98)`)}</svg>`
}
