import { Landing } from '@/features/landing/landing.tsx'
import { isLocalPath } from '@/lib/local-path.ts'
import { serverSide } from '@/lib/server-side.ts'
import { LibraryScreen } from '../library-screen.tsx'
import { loadLibrary } from '../page-data.ts'
import { ProblemPage } from '../problem-page.tsx'

type Props = { searchParams: Promise<{ guild?: string | string[]; next?: string | string[] }> }

export default async function HomePage({ searchParams }: Props) {
  const { guild, next } = await searchParams
  const library = await loadLibrary(typeof guild === 'string' ? guild : undefined)
  if (library.outcome === 'problem') return <ProblemPage problem={library.problem} />
  if (library.outcome !== 'ok') return <Landing next={toLocalPath(next)} isDemo={serverSide().pages.isDemo()} />
  const { guilds, isIncomplete, ...initial } = library.data
  return <LibraryScreen guilds={guilds} isIncomplete={isIncomplete} initial={initial} />
}

function toLocalPath(next: string | string[] | undefined): string {
  return typeof next === 'string' && isLocalPath(next) ? next : '/'
}
