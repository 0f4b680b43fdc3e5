/** What a game draws over its picture: names, scores, bars, feeds. */
import { each, line, poly, rect } from './canvas.ts'

type TextStyle = { readonly fill?: string; readonly anchor?: 'start' | 'middle' | 'end'; readonly mono?: boolean; readonly outline?: boolean }

export function text(x: number, y: number, size: number, content: string, style: TextStyle = {}): string {
  const { fill = '#fff', anchor = 'start', mono = false, outline = false } = style
  const font = mono ? 'DejaVu Sans Mono' : 'DejaVu Sans Condensed'
  const common = `x="${x}" y="${y}" font-family="${font}" font-size="${size}" font-weight="bold" text-anchor="${anchor}"`
  const shadow = outline ? `<text ${common} fill="none" stroke="#0b0b16" stroke-opacity="0.75" stroke-width="${size * 0.16}" stroke-linejoin="round">${content}</text>` : ''
  return `${shadow}<text ${common} fill="${fill}">${content}</text>`
}

export function panel(x: number, y: number, width: number, height: number, opacity = 0.5): string {
  return rect(x, y, width, height, '#05060f', `opacity="${opacity}" rx="5"`)
}

/** A label over a value, in a dark panel. */
export function stat(x: number, y: number, width: number, label: string, value: string, color = '#fff'): string {
  return panel(x, y, width, 32) + text(x + 8, y + 11, 8, label, { fill: '#b9bfd6' }) + text(x + 8, y + 26, 14, value, { fill: color, mono: true })
}

export function bar(x: number, y: number, width: number, share: number, color: string, height = 7): string {
  return rect(x - 1.5, y - 1.5, width + 3, height + 3, '#05060f', 'opacity="0.7" rx="3"') + rect(x, y, width * share, height, color, 'rx="2"')
}

/** A scoreboard at the top: left team, clock, right team. */
export function scoreboard(width: number, left: string, right: string, clock: string, colors: readonly [string, string]): string {
  const middle = width / 2
  return (
    poly([[middle - 92, 8], [middle - 30, 8], [middle - 36, 34], [middle - 98, 34]], colors[0], 'opacity="0.92"') +
    poly([[middle + 30, 8], [middle + 92, 8], [middle + 98, 34], [middle + 36, 34]], colors[1], 'opacity="0.92"') +
    poly([[middle - 30, 6], [middle + 30, 6], [middle + 36, 36], [middle - 36, 36]], '#0b0d1a', 'opacity="0.9"') +
    text(middle - 64, 28, 18, left, { anchor: 'middle' }) +
    text(middle + 64, 28, 18, right, { anchor: 'middle' }) +
    text(middle, 26, 14, clock, { anchor: 'middle', mono: true })
  )
}

/** The list of who beat whom, at the right edge. */
export function feed(right: number, y: number, rows: readonly (readonly [winner: string, loser: string])[]): string {
  return each(rows.length, (index) => {
    const [winner, loser] = rows[index] ?? ['', '']
    const top = y + index * 19
    const width = (winner.length + loser.length) * 5.9 + 40
    return (
      panel(right - width, top, width, 16, 0.6) +
      text(right - width + 7, top + 11.5, 9, winner, { fill: '#7fe7ff' }) +
      line([right - loser.length * 5.9 - 26, top + 8], [right - loser.length * 5.9 - 12, top + 8], '#fff', 1.6) +
      text(right - 7, top + 11.5, 9, loser, { fill: '#ff8d8d', anchor: 'end' })
    )
  })
}

export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}

export function lapTime(seconds: number): string {
  return `${clock(seconds)}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, '0')}`
}
