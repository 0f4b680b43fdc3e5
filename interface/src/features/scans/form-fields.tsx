import { Switch } from 'radix-ui'
import { useId, type ReactNode } from 'react'
import type { SettingText } from './setting-texts.ts'

/** How a text field looks. */
export const INPUT =
  'h-10 w-full rounded-lg border border-line-strong bg-bg px-3 text-text aria-invalid:border-danger sm:w-72'

/** What ties a field to its description and its error. */
export type FieldProps = { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined }

/** A part of a form with its heading. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="pb-2 text-[0.8125rem] font-medium text-muted">{title}</h2>
      <div className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">{children}</div>
    </section>
  )
}

/** A setting that is on or off. */
export function Toggle({
  text,
  isOn,
  error,
  onChange,
}: {
  text: SettingText
  isOn: boolean
  error: string | undefined
  onChange: (isOn: boolean) => void
}) {
  const id = useId()
  return (
    <div className="flex items-start justify-between gap-5 px-4 py-4 sm:px-5">
      <div className="min-w-0">
        <label htmlFor={id} className="cursor-pointer">
          {text.title}
        </label>
        <p id={`${id}-about`} className="text-[0.8125rem] text-pretty text-muted">
          {text.line}
        </p>
        <FieldError message={error} />
      </div>
      <Switch.Root
        id={id}
        checked={isOn}
        onCheckedChange={onChange}
        aria-describedby={`${id}-about`}
        className="relative mt-0.5 h-6 w-10 shrink-0 rounded-full border border-line-strong bg-raised transition-colors data-[state=checked]:border-transparent data-[state=checked]:bg-ok"
      >
        <Switch.Thumb className="block size-4 translate-x-[3px] rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[19px] data-[state=checked]:bg-bg" />
      </Switch.Root>
    </div>
  )
}

/** A setting with a control of its own, tied to its description and its error. */
export function Field({
  text,
  error,
  children,
}: {
  text: SettingText
  error: string | undefined
  children: (props: FieldProps) => ReactNode
}) {
  const id = useId()
  const describedBy = error ? `${id}-about ${id}-error` : `${id}-about`
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-5">
      <div className="min-w-0 flex-1 basis-72">
        <label htmlFor={id}>{text.title}</label>
        <p id={`${id}-about`} className="text-[0.8125rem] text-pretty text-muted">
          {text.line}
        </p>
        <FieldError id={`${id}-error`} message={error} />
      </div>
      <div className="w-full sm:w-auto">
        {children({ id, 'aria-describedby': describedBy, 'aria-invalid': error ? true : undefined })}
      </div>
    </div>
  )
}

/** What is wrong with a field. */
export function FieldError({ id, message }: { id?: string; message: string | undefined }) {
  if (!message) return null
  return (
    <p id={id} role="alert" className="mt-1 text-[0.8125rem] text-pretty text-danger">
      {message}
    </p>
  )
}
