import { useState } from 'react'
import { INPUT, type FieldProps } from './form-fields.tsx'

const CHOICES = [
  { value: '@continuous', label: 'Only when somebody asks' },
  { value: '@hourly', label: 'Every hour' },
  { value: '@daily', label: 'Every day at midnight' },
  { value: '@weekly', label: 'Every Sunday at midnight' },
  { value: '@monthly', label: 'On the first of every month' },
]
const OWN = 'own'

/** A schedule from a list of common ones, or as five fields of one's own. */
export function ScheduleField({
  value,
  onChange,
  ...props
}: FieldProps & { value: string; onChange: (value: string) => void }) {
  const [isOwn, setIsOwn] = useState(CHOICES.every((choice) => choice.value !== value))
  return (
    <div className="space-y-2">
      <select
        {...props}
        className={INPUT}
        value={isOwn ? OWN : value}
        onChange={({ target }) => {
          setIsOwn(target.value === OWN)
          onChange(target.value === OWN ? '30 4 * * *' : target.value)
        }}
      >
        {CHOICES.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
        <option value={OWN}>At other times</option>
      </select>
      {isOwn ? (
        <label className="block text-[0.8125rem] text-muted">
          Minute, hour, day, month, weekday
          <input
            className={`${INPUT} mt-1 block font-mono`}
            value={value}
            aria-invalid={props['aria-invalid']}
            aria-describedby={props['aria-describedby']}
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
        </label>
      ) : null}
    </div>
  )
}
