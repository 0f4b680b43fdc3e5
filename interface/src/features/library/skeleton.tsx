/** The shape of the grid while it loads. */
export function GridSkeleton({ count = 12 }: { count?: number }) {
  return (
    <div
      aria-hidden
      className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,var(--tile-min)),1fr))] gap-x-5 gap-y-6 pt-[52px]"
    >
      {Array.from({ length: count }, (_, index) => (
        <div key={index}>
          <div className="relative aspect-video overflow-hidden rounded-xl bg-raised">
            <div className="absolute inset-0 animate-sweep bg-linear-to-r from-transparent via-shade to-transparent" />
          </div>
          <div className="flex h-[78px] gap-3 pt-3">
            <div className="mt-0.5 size-8 shrink-0 rounded-full bg-raised" />
            <div className="flex-1 space-y-2 pt-1">
              <div className="h-3.5 w-3/4 rounded bg-raised" />
              <div className="h-3 w-1/2 rounded bg-raised" />
            </div>
          </div>
        </div>
      ))}
    </div>
  )
}
