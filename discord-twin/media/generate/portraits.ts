import { chance, each, pick } from './canvas.ts'

const palettes = [
  ['#ff7a59', '#2b1055'],
  ['#3ddc97', '#0b3d3a'],
  ['#ffd166', '#7a1b5e'],
  ['#5ea8ff', '#101b4d'],
  ['#ff5f8f', '#2a0f4d'],
  ['#b388ff', '#1a1036'],
  ['#4de2ff', '#06303a'],
  ['#f6a6ff', '#45116b'],
  ['#9be15d', '#123a1c'],
  ['#ffb37a', '#5a1a1a'],
  ['#8ec5ff', '#243b6b'],
  ['#ffe66b', '#3a2a06'],
] as const

/** A friendly creature: body, ears or horns, eyes, mouth, each by chance. */
export function drawAvatar(index: number): string {
  const [light, dark] = pick(palettes, index - 1)
  const pointed = chance(index, 1) < 0.5
  const eye = 13 + chance(index, 2) * 9
  const gap = 34 + chance(index, 3) * 14
  const ears = [-1, 1]
    .map((side) =>
      pointed
        ? `<polygon points="${128 + side * 74},44 ${128 + side * 88},136 ${128 + side * 22},92" fill="${light}"/>`
        : `<circle cx="${128 + side * 62}" cy="78" r="34" fill="${light}"/>`,
    )
    .join('')
  const eyes = [-1, 1]
    .map((side) => `<circle cx="${128 + side * gap}" cy="140" r="${eye}" fill="#fff"/><circle cx="${128 + side * gap + 4}" cy="142" r="${eye * 0.5}" fill="${dark}"/>`)
    .join('')
  const freckles = each(6, (i) => `<circle cx="${70 + chance(index + 40, i) * 116}" cy="${168 + chance(index + 50, i) * 50}" r="3" fill="${dark}" opacity="0.35"/>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="${dark}"/><circle cx="128" cy="160" r="150" fill="${light}" opacity="0.14"/>${ears}<ellipse cx="128" cy="158" rx="92" ry="86" fill="${light}"/>${freckles}${eyes}<path d="M ${112} 186 Q 128 ${194 + chance(index, 4) * 18} 144 186" stroke="${dark}" stroke-width="7" fill="none" stroke-linecap="round"/></svg>`
}

/** A bold sign on a gradient. */
export function drawIcon(index: number): string {
  const [light, dark] = pick(palettes, index * 3 + 1)
  const signs = [
    '<path d="M128 48 L206 190 H50 Z" fill="none" stroke="#fff" stroke-width="20" stroke-linejoin="round"/>',
    '<circle cx="128" cy="128" r="66" fill="none" stroke="#fff" stroke-width="20"/><path d="M106 92 L166 128 L106 164 Z" fill="#fff"/>',
    '<path d="M62 176 L98 80 L128 140 L158 80 L194 176" fill="none" stroke="#fff" stroke-width="20" stroke-linejoin="round" stroke-linecap="round"/>',
    '<rect x="66" y="96" width="124" height="76" rx="38" fill="none" stroke="#fff" stroke-width="18"/><circle cx="104" cy="134" r="11" fill="#fff"/><circle cx="152" cy="134" r="11" fill="#fff"/>',
    '<path d="M128 52 L150 106 L206 110 L163 147 L177 202 L128 172 L79 202 L93 147 L50 110 L106 106 Z" fill="#fff"/>',
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><defs><linearGradient id="a" x2="1" y2="1"><stop stop-color="${light}"/><stop offset="1" stop-color="${dark}"/></linearGradient></defs><rect width="256" height="256" fill="url(#a)"/>${pick(signs, index - 1)}</svg>`
}
