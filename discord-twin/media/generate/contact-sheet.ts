/** Draws three moments of every clip into one picture in the temporary folder, to look at before encoding. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp, { type OverlayOptions } from 'sharp'
import { clipPlans } from './clips.ts'
import { drawingOf } from './encode.ts'

const wanted = process.argv.slice(2)
const plans = clipPlans.filter((plan) => wanted.length === 0 || wanted.includes(plan.key))
const cell = { width: 420, height: 236 }
const tiles: OverlayOptions[] = []
for (const [row, plan] of plans.entries()) {
  const drawing = drawingOf(plan, clipPlans.indexOf(plan) + 11)
  for (const [column, share] of [0.05, 0.4, 0.75].entries()) {
    const pixels = await drawing.frame(plan.seconds * share)
    const image = sharp(pixels, { raw: { width: drawing.width, height: drawing.height, channels: 3 } })
    const input = await image.resize({ ...cell, fit: 'contain', background: '#222' }).png().toBuffer()
    tiles.push({ input, left: column * cell.width, top: row * cell.height })
  }
}
const target = join(tmpdir(), 'twin-contact-sheet.png')
await sharp({ create: { width: cell.width * 3, height: cell.height * plans.length, channels: 3, background: '#000' } }).composite(tiles).png().toFile(target)
process.stdout.write(`${target}\n`)
