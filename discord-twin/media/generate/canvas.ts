/** Small SVG vocabulary the scenes draw with. Coordinates are those of the scene, 640x360 or 360x640. */

export type Point = readonly [x: number, y: number]

export type SceneOptions = {
  readonly width: number
  readonly height: number
  readonly seconds: number
  readonly seed: number
  readonly player: string
  readonly rival: string
  /** 0 is the first look of a scene; some scenes have a second one. */
  readonly look: number
}

/** A scene prepares itself once and then draws the picture at any time, in seconds. */
export type Scene = (options: SceneOptions) => (time: number) => string

/** A number in [0, 1) that depends on nothing but its arguments, so that every run draws the same pictures. */
export function chance(seed: number, index: number): number {
  let value = (seed * 374_761_393 + index * 668_265_263) | 0
  value = Math.imul(value ^ (value >>> 13), 1_274_126_177)
  value = Math.imul(value ^ (value >>> 16), 2_246_822_507)
  return ((value ^ (value >>> 15)) >>> 0) / 4_294_967_296
}

export function clamp(value: number, low = 0, high = 1): number {
  return Math.min(high, Math.max(low, value))
}

export function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share
}

export function pick<T>(items: readonly T[], index: number): T {
  const item = items[((Math.floor(index) % items.length) + items.length) % items.length]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

export function range(count: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor(count)) }, (_, index) => index)
}

export function each(count: number, draw: (index: number) => string): string {
  return range(count).map(draw).join('')
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

export function rect(x: number, y: number, width: number, height: number, fill: string, extra = ''): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(Math.max(0, width))}" height="${n(Math.max(0, height))}" fill="${fill}" ${extra}/>`
}

export function circle(x: number, y: number, radius: number, fill: string, extra = ''): string {
  return `<circle cx="${n(x)}" cy="${n(y)}" r="${n(Math.max(0, radius))}" fill="${fill}" ${extra}/>`
}

export function ellipse(x: number, y: number, rx: number, ry: number, fill: string, extra = ''): string {
  return `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n(Math.max(0, rx))}" ry="${n(Math.max(0, ry))}" fill="${fill}" ${extra}/>`
}

export function poly(points: readonly Point[], fill: string, extra = ''): string {
  return `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" fill="${fill}" ${extra}/>`
}

export function line(from: Point, to: Point, stroke: string, width: number, extra = ''): string {
  return `<line x1="${n(from[0])}" y1="${n(from[1])}" x2="${n(to[0])}" y2="${n(to[1])}" stroke="${stroke}" stroke-width="${n(width)}" ${extra}/>`
}

export function path(d: string, fill: string, extra = ''): string {
  return `<path d="${d}" fill="${fill}" ${extra}/>`
}

export function group(content: string, transform: string, extra = ''): string {
  return `<g transform="${transform}" ${extra}>${content}</g>`
}

type GradientStop = readonly [offset: number, color: string, opacity?: number]

function stops(list: readonly GradientStop[]): string {
  return list.map(([at, color, opacity = 1]) => `<stop offset="${at}" stop-color="${color}" stop-opacity="${opacity}"/>`).join('')
}

/** Defines a gradient from top to bottom; use it as `url(#id)`. */
export function vertical(id: string, ...list: GradientStop[]): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops(list)}</linearGradient>`
}

export function radial(id: string, ...list: GradientStop[]): string {
  return `<radialGradient id="${id}">${stops(list)}</radialGradient>`
}

/** A soft light: much cheaper to draw than a blur. */
export function glow(x: number, y: number, radius: number, color: string, strength = 0.8): string {
  const id = `glow${color.slice(1)}`
  return radial(id, [0, color, 1], [0.4, color, 0.35], [1, color, 0]) + circle(x, y, radius, `url(#${id})`, `opacity="${n(strength)}"`)
}

/** Darkens the corners, which makes flat drawings look lit. */
export function vignette(width: number, height: number, strength = 0.55): string {
  return radial('vignette', [0.55, '#000', 0], [1, '#000', strength]) + rect(-width * 0.1, -height * 0.1, width * 1.2, height * 1.2, 'url(#vignette)')
}

/** Sparks that fly apart from a point: `age` from 0 to 1. */
export function burst(x: number, y: number, age: number, size: number, colors: readonly string[], seed: number, count = 16): string {
  if (age < 0 || age >= 1) return ''
  const reach = 1 - (1 - age) ** 3
  return (
    glow(x, y, size * (0.5 + reach * 0.7), pick(colors, 0), (1 - age) * 0.9) +
    each(count, (index) => {
      const angle = chance(seed, index) * Math.PI * 2
      const distance = size * reach * (0.35 + chance(seed + 1, index) * 0.75)
      return circle(x + Math.cos(angle) * distance, y + Math.sin(angle) * distance, (1 - age) * size * 0.09 + 0.4, pick(colors, index))
    })
  )
}
