import { Button } from '@/components/ui/button.tsx'
import type { ScanMode } from '@/lib/api-types.ts'
import { MODES } from './scan-words.ts'
import { OFFERED } from './start-menu.tsx'

/** For a server that was never scanned: what there is to choose from. */
export function FirstScan({
  switchesOn,
  disabled,
  onStart,
}: {
  /** How many channels are switched on with it; 0 when some are on already. */
  switchesOn: number
  disabled: boolean
  onStart: (mode: ScanMode) => void
}) {
  return (
    <section aria-labelledby="first-scan" className="mb-7 rounded-2xl border border-line bg-surface p-5 sm:p-6">
      <h2 id="first-scan" className="text-lg font-semibold tracking-tight">
        Find the clips that are already there
      </h2>
      <p className="mt-1 max-w-prose text-pretty text-muted">
        New clips are saved as they are posted in every channel that is switched on. A scan brings in the older ones.
        {switchesOn > 0
          ? ` Starting one switches ${switchesOn === 1 ? 'the channel' : `all ${switchesOn} channels`} on.`
          : ''}
      </p>
      <ul className="mt-5 grid gap-3 sm:grid-cols-2">
        {OFFERED.filter(({ mode }) => mode !== 'recheck').map(({ mode, Icon }) => (
          <li key={mode} className="flex flex-col rounded-xl border border-line bg-bg p-4">
            <h3 className="flex items-center gap-2 font-medium">
              <Icon aria-hidden className="size-4 text-accent-text" /> {MODES[mode].title}
              {mode === 'complete' ? (
                <span className="rounded-full bg-accent-soft px-2 py-0.5 text-xs font-normal text-accent-text">
                  recommended
                </span>
              ) : null}
            </h3>
            <p className="mt-1 mb-4 text-[0.8125rem] text-pretty text-muted">{MODES[mode].line}</p>
            <Button
              look={mode === 'complete' ? 'primary' : 'quiet'}
              className="mt-auto justify-center"
              disabled={disabled}
              onClick={() => onStart(mode)}
              data-testid={mode === 'complete' ? 'scan-now' : undefined}
            >
              Start {mode} scan
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
