'use client'

import { Dialog } from 'radix-ui'
import { SHORTCUTS } from './use-player-keys.ts'

/** The list of keys. */
export function ShortcutsHelp({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange: (isOpen: boolean) => void }) {
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-fade bg-black/60" />
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={(event) => {
            if (event.key === '?') onOpenChange(false)
          }}
          className="dark fixed top-1/2 left-1/2 z-50 max-h-[90svh] w-[min(26rem,calc(100vw-2rem))] -translate-1/2 overflow-y-auto rounded-2xl border border-line bg-surface p-6 text-text shadow-2xl outline-none"
        >
          <Dialog.Title className="mb-4 text-base font-semibold tracking-tight">Keyboard shortcuts</Dialog.Title>
          <dl className="space-y-2.5">
            {SHORTCUTS.map(([keys, meaning]) => (
              <div key={meaning} className="flex items-center justify-between gap-6">
                <dt className="text-sm text-muted">{meaning}</dt>
                <dd className="flex gap-1">
                  {keys.map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded-md border border-line-strong bg-raised px-1.5 py-0.5 text-center font-mono text-xs"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
