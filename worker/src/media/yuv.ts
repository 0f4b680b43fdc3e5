/** How much red and blue weigh in the luma of a colour matrix. */
export type Coefficients = { red: number; blue: number }

/** Converts three planes of equal size to interleaved RGB. */
export function toRgb(
  y: Uint8Array,
  u: Uint8Array,
  v: Uint8Array,
  { red, blue }: Coefficients,
  isFullRange: boolean,
): Uint8Array {
  const green = 1 - red - blue
  const black = isFullRange ? 0 : 16
  const lumaScale = isFullRange ? 1 : 255 / 219
  const chromaScale = isFullRange ? 1 : 255 / 224
  const redFromV = 2 * (1 - red) * chromaScale
  const blueFromU = 2 * (1 - blue) * chromaScale
  const greenFromU = (blue / green) * blueFromU
  const greenFromV = (red / green) * redFromV

  const rgb = new Uint8ClampedArray(y.length * 3)
  for (let i = 0; i < y.length; i++) {
    const luma = ((y[i] ?? 0) - black) * lumaScale
    const cb = (u[i] ?? 128) - 128
    const cr = (v[i] ?? 128) - 128
    rgb[i * 3] = luma + redFromV * cr
    rgb[i * 3 + 1] = luma - greenFromU * cb - greenFromV * cr
    rgb[i * 3 + 2] = luma + blueFromU * cb
  }
  return new Uint8Array(rgb.buffer)
}
