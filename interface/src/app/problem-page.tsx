import { Problem } from '@/components/ui/problem.tsx'

/** A page that cannot be made now. */
export function ProblemPage({ problem }: { problem: string }) {
  return (
    <main id="content" className="grid min-h-svh place-items-center">
      <h1 className="sr-only">Discord Clip Saver</h1>
      <Problem message={problem} />
    </main>
  )
}
