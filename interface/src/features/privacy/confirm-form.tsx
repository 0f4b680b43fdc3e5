'use client'

import { useId, useState, type ReactNode } from 'react'
import { Button } from '@/components/ui/button.tsx'

/** A form for what cannot be undone: its button works when the word is typed. */
export function ConfirmForm({
  word,
  label,
  option,
  isBusy,
  onConfirm,
  children,
}: {
  word: string
  label: string
  option: string
  isBusy: boolean
  onConfirm: (typed: string, isOptionOn: boolean) => void
  children: ReactNode
}) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [isOn, setIsOn] = useState(false)
  return (
    <form
      className="space-y-4 rounded-2xl border border-danger/40 bg-danger-soft p-4 sm:p-5"
      onSubmit={(event) => {
        event.preventDefault()
        onConfirm(typed, isOn)
        setTyped('')
      }}
    >
      <div className="space-y-2 text-pretty">{children}</div>
      <label className="flex cursor-pointer items-start gap-3">
        <input
          type="checkbox"
          className="mt-1 size-4 accent-[var(--danger)]"
          checked={isOn}
          onChange={(event) => setIsOn(event.target.checked)}
        />
        <span>{option}</span>
      </label>
      <div>
        <label htmlFor={id} className="block text-[0.8125rem] text-muted">
          Type <strong className="font-semibold text-text select-all">{word}</strong> to confirm
        </label>
        <div className="mt-1.5 flex flex-wrap gap-2">
          <input
            id={id}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            className="h-10 w-full rounded-lg border border-line-strong bg-bg px-3 text-text sm:w-72"
          />
          <Button look="danger" type="submit" disabled={isBusy || typed.trim() !== word.trim()}>
            {label}
          </Button>
        </div>
      </div>
    </form>
  )
}
