import type { ReactNode } from 'react'

/** A page or region with nothing in it but the reason and what to do: empty, failed, not found. */
export function Message({
  icon,
  title,
  children,
  actions,
}: {
  icon: ReactNode
  title: string
  children: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="mx-auto flex max-w-md animate-rise flex-col items-center px-6 py-24 text-center">
      <div className="mb-5 grid size-14 place-items-center rounded-2xl bg-raised text-accent-text [&>svg]:size-6">
        {icon}
      </div>
      <h2 className="text-lg font-semibold tracking-tight text-balance">{title}</h2>
      <div className="mt-2 text-pretty text-muted">{children}</div>
      {actions ? <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}
