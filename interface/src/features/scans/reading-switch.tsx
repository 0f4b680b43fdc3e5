import { clsx } from 'clsx'
import { Switch } from 'radix-ui'

/** Whether clips of a channel are collected. */
export function ReadingSwitch({
  isOn,
  name,
  disabled,
  className,
  onChange,
}: {
  isOn: boolean
  name: string
  disabled: boolean
  className?: string
  onChange: (isOn: boolean) => void
}) {
  return (
    <Switch.Root
      checked={isOn}
      disabled={disabled}
      onCheckedChange={onChange}
      aria-label={`Collect clips from ${name}`}
      className={clsx(
        className,
        'relative h-6 w-10 shrink-0 rounded-full border border-line-strong bg-raised transition-colors data-[state=checked]:border-transparent data-[state=checked]:bg-ok disabled:opacity-60',
      )}
    >
      <Switch.Thumb className="block size-4 translate-x-[3px] rounded-full bg-muted transition-transform data-[state=checked]:translate-x-[19px] data-[state=checked]:bg-bg" />
    </Switch.Root>
  )
}
