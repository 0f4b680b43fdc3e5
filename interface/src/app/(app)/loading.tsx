import { GridSkeleton } from '@/features/library/skeleton.tsx'

export default function Loading() {
  return (
    <main id="content" aria-busy className="px-gutter pt-4">
      <p className="sr-only">Loading</p>
      <GridSkeleton />
    </main>
  )
}
