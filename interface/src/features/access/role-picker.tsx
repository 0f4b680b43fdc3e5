import { useId } from 'react'
import { FieldError } from '@/features/scans/form-fields.tsx'

/** A choice of roles of the server, as buttons that are pressed or not. */
export function RolePicker({
  title,
  line,
  roles,
  picked,
  error,
  onChange,
}: {
  title: string
  line: string
  roles: readonly { id: string; name: string }[]
  picked: readonly string[]
  error: string | undefined
  onChange: (picked: string[]) => void
}) {
  const id = useId()
  const toggle = (role: string) =>
    onChange(picked.includes(role) ? picked.filter((other) => other !== role) : [...picked, role])
  return (
    <fieldset aria-describedby={id} className="space-y-3 px-4 py-4 sm:px-5">
      <legend className="sr-only">{title}</legend>
      <div>
        <p aria-hidden>{title}</p>
        <p id={id} className="text-[0.8125rem] text-pretty text-muted">
          {line}
        </p>
        <FieldError message={error} />
      </div>
      <div className="flex flex-wrap gap-2">
        {roles.map((role) => (
          <button
            key={role.id}
            type="button"
            aria-pressed={picked.includes(role.id)}
            onClick={() => toggle(role.id)}
            className="h-8 max-w-full truncate rounded-full border border-line-strong px-3 text-sm text-muted transition-colors hover:text-text aria-pressed:border-transparent aria-pressed:bg-text aria-pressed:text-bg"
          >
            {role.name}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
