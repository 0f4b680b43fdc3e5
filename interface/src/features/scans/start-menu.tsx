import { clsx } from 'clsx'
import { BookOpenCheck, ChevronDown, History, RefreshCw, Zap, type LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { Button } from '@/components/ui/button.tsx'
import type { ScanMode } from '@/lib/api-types.ts'
import { MODES } from './scan-words.ts'

/** The modes that people can choose, in the order in which they are offered. */
export const OFFERED: readonly { mode: ScanMode; Icon: LucideIcon }[] = [
  { mode: 'quick', Icon: Zap },
  { mode: 'complete', Icon: BookOpenCheck },
  { mode: 'recheck', Icon: RefreshCw },
]

type Props = {
  label: string
  /** What is scanned, for people who do not see it. */
  of: string
  isBig?: boolean
  disabled: boolean
  onStart: (mode: ScanMode) => void
  onHistory?: () => void
}

/** Starts a complete scan with one click; the arrow beside it offers the other modes in words. */
export function StartMenu({ label, of, isBig = false, disabled, onStart, onHistory }: Props) {
  const look = isBig ? 'primary' : 'quiet'
  const size = isBig ? 'normal' : 'small'
  return (
    <div className="flex shrink-0">
      <Button
        look={look}
        size={size}
        data-testid="scan-now"
        className="rounded-r-none"
        disabled={disabled}
        onClick={() => onStart('complete')}
        aria-label={`${label}: ${of}`}
      >
        {label}
      </Button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <Button
            look={look}
            size={size}
            className={clsx('rounded-l-none px-2!', isBig ? 'border-l border-accent-ink/25' : 'border-l-0')}
            disabled={disabled && !onHistory}
            aria-label={`Ways to scan ${of}`}
            data-testid="scan-modes"
          >
            <ChevronDown aria-hidden className="size-4" />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            collisionPadding={12}
            className="z-50 w-[min(22rem,calc(100vw-1.5rem))] animate-fade rounded-xl border border-line-strong bg-surface p-1.5 shadow-2xl"
          >
            {OFFERED.map(({ mode, Icon }) => (
              <DropdownMenu.Item
                key={mode}
                disabled={disabled}
                onSelect={() => onStart(mode)}
                className="flex cursor-pointer gap-3 rounded-lg px-3 py-2.5 outline-none select-none data-disabled:opacity-50 data-highlighted:bg-shade"
              >
                <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
                <span>
                  <span className="block font-medium">{MODES[mode].title} scan</span>
                  <span className="block text-[0.8125rem] text-pretty text-muted">{MODES[mode].line}</span>
                </span>
              </DropdownMenu.Item>
            ))}
            {onHistory ? (
              <>
                <DropdownMenu.Separator className="my-1.5 h-px bg-line" />
                <DropdownMenu.Item
                  onSelect={onHistory}
                  className="flex cursor-pointer items-center gap-3 rounded-lg px-3 py-2 outline-none select-none data-highlighted:bg-shade"
                >
                  <History aria-hidden className="size-4 text-muted" /> Past scans
                </DropdownMenu.Item>
              </>
            ) : null}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  )
}
