import { clsx } from 'clsx'

/** Scenes nobody can make out, painted from two lights on a ground: ground, first light, second light, where they stand. */
const SCENES: readonly [ground: string, first: string, second: string, at: string][] = [
  ['#142032', '#f29b3f', '#3a6fb0', '22% 70%'],
  ['#1b1428', '#c0477a', '#4d3fa0', '75% 30%'],
  ['#10231f', '#5fc58a', '#1d6a74', '35% 25%'],
  ['#241a12', '#f6c05a', '#a3402a', '62% 78%'],
  ['#111a2c', '#5aa9f0', '#27428a', '50% 40%'],
  ['#251318', '#ec6a55', '#74223f', '28% 30%'],
  ['#172018', '#b7d063', '#3e6b2f', '70% 66%'],
  ['#1a1722', '#9a8df2', '#3c2f6e', '18% 45%'],
  ['#1d1a14', '#e2d3a1', '#7a5c31', '80% 22%'],
]

const COLUMNS = 5

/** The wall of the room: posters seen from far off, out of focus, drifting slowly. For the eye only. */
export function PosterWall() {
  return (
    <div aria-hidden className="absolute inset-0 -z-10 overflow-hidden">
      <div className="absolute top-[-30%] right-[-22%] flex w-[120%] rotate-[-9deg] gap-5 sm:w-[88%] lg:right-[-10%] lg:w-[68%]">
        {Array.from({ length: COLUMNS }, (_, column) => (
          <div key={column} className={clsx('flex flex-1 flex-col gap-5', column % 2 === 0 ? 'wall-up' : 'wall-down')}>
            {Array.from({ length: 16 }, (_, row) => (
              <Poster key={row} index={column * 4 + (row % 8) * 2} />
            ))}
          </div>
        ))}
      </div>
      <div className="absolute inset-0 bg-linear-to-r from-bg via-bg/80 to-bg/10" />
      <div className="absolute inset-x-0 bottom-0 h-1/2 bg-linear-to-t from-bg to-transparent" />
    </div>
  )
}

function Poster({ index }: { index: number }) {
  const [ground, first, second, at] = SCENES[index % SCENES.length] ?? ['#111', '#333', '#222', '50% 50%']
  return (
    <div
      className="aspect-video rounded-lg"
      style={{
        backgroundColor: ground,
        backgroundImage: `radial-gradient(60% 70% at ${at}, ${first}cc, transparent 70%), radial-gradient(70% 90% at ${mirror(at)}, ${second}dd, transparent 75%), linear-gradient(to top, #0006, transparent 45%)`,
      }}
    />
  )
}

function mirror(at: string): string {
  return at.replaceAll(/\d+/g, (value) => String(100 - Number(value)))
}
