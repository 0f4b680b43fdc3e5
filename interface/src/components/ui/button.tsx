import { clsx } from 'clsx'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'

type Look = 'primary' | 'quiet' | 'ghost' | 'danger'

const LOOKS: Record<Look, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong font-medium',
  quiet: 'bg-raised text-text hover:bg-line-strong border border-line',
  ghost: 'text-muted hover:text-text hover:bg-shade',
  danger: 'bg-danger text-bg hover:opacity-90 font-medium',
}

const SIZES = { small: 'h-8 px-3 text-[0.8125rem] gap-1.5', normal: 'h-10 px-4 gap-2', icon: 'size-9 justify-center' }

type Props = ComponentProps<'button'> & { look?: Look; size?: keyof typeof SIZES; asChild?: boolean }

/** The one button. `asChild` gives its look to a link. */
export function Button({ look = 'quiet', size = 'normal', asChild, className, type, ...props }: Props) {
  const Element = asChild ? Slot.Root : 'button'
  return (
    <Element
      {...(asChild ? {} : { type: type ?? 'button' })}
      className={clsx(
        'inline-flex shrink-0 items-center rounded-lg whitespace-nowrap transition-colors duration-150 select-none disabled:pointer-events-none disabled:opacity-50',
        LOOKS[look],
        SIZES[size],
        className,
      )}
      {...props}
    />
  )
}
