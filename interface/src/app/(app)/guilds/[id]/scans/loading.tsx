export default function Loading() {
  return (
    <main id="content" aria-busy className="mx-auto w-full max-w-5xl px-gutter pt-12">
      <p className="sr-only">Loading</p>
      <div aria-hidden className="space-y-6">
        <div className="h-7 w-56 rounded-lg bg-raised" />
        <div className="space-y-px overflow-hidden rounded-2xl border border-line">
          {Array.from({ length: 6 }, (_, index) => (
            <div key={index} className="relative h-18 overflow-hidden bg-surface">
              <div className="absolute inset-0 animate-sweep bg-linear-to-r from-transparent via-shade to-transparent" />
            </div>
          ))}
        </div>
      </div>
    </main>
  )
}
