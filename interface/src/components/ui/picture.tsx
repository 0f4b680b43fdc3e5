'use client'

import { clsx } from 'clsx'
import { useState } from 'react'

/** A small picture from Discord, or the first letter of the name when there is none or it does not load. */
export function Picture({ src, name, className }: { src: string | null; name: string; className?: string }) {
  const [isBroken, setIsBroken] = useState(false)
  const shape = clsx('shrink-0 overflow-hidden bg-raised', className)
  if (src && !isBroken)
    return (
      <img
        src={src}
        alt=""
        loading="lazy"
        decoding="async"
        onError={() => setIsBroken(true)}
        className={clsx(shape, 'object-cover')}
      />
    )
  return (
    <span aria-hidden className={clsx(shape, 'grid place-items-center text-[0.7em] font-medium text-muted')}>
      {String.fromCodePoint(name.trim().codePointAt(0) ?? 63).toUpperCase()}
    </span>
  )
}
