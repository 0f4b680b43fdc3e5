'use client'

import Link from 'next/link'
import { useId } from 'react'
import { Button } from '@/components/ui/button.tsx'
import type { GuildScanSettings, ScanSettings } from '@/lib/api-types.ts'
import { Field, FieldError, Group, INPUT, Toggle } from './form-fields.tsx'
import { ScheduleField } from './schedule-field.tsx'
import { SETTING_TEXTS } from './setting-texts.ts'
import { ScansFrame } from './scans-frame.tsx'
import { useSettingsForm } from './use-settings-form.ts'

const POLICIES: { value: ScanSettings['deletion_policy']; label: string; line: string }[] = [
  { value: 'hide', label: 'Hide it, erase it later', line: 'Out of sight at once, erased after the days below.' },
  { value: 'keep', label: 'Keep it', line: 'The clip stays in the library.' },
  { value: 'purge', label: 'Erase it at once', line: 'The clip and its file are gone within moments.' },
]

/** The settings of a server that are about scanning. Errors stand beside the field they are about. */
export function SettingsForm({ initial }: { initial: GuildScanSettings }) {
  const { guild, timeZones, problems } = initial
  const { values, set, errors, formError, isDirty, isSaving, save, reset } = useSettingsForm(initial)
  const zonesId = useId()
  const toggle = (key: 'enabled_by_default' | 'parse_threads' | 'ignore_nsfw_channels' | 'search_first') => (
    <Toggle text={SETTING_TEXTS[key]} isOn={values[key]} error={errors[key]} onChange={(isOn) => set(key, isOn)} />
  )
  return (
    <ScansFrame guild={guild} place="settings" problems={problems} summary="How this server is scanned">
      <form
        noValidate
        className="space-y-6 pb-10"
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Group title="What is collected">
          {toggle('enabled_by_default')}
          {toggle('parse_threads')}
          {toggle('ignore_nsfw_channels')}
        </Group>
        <Group title="When it is scanned">
          {toggle('search_first')}
          <Field text={SETTING_TEXTS.schedule_cron} error={errors.schedule_cron}>
            {(props) => (
              <ScheduleField
                value={values.schedule_cron}
                onChange={(value) => set('schedule_cron', value)}
                {...props}
              />
            )}
          </Field>
          <Field text={SETTING_TEXTS.tz} error={errors.tz}>
            {(props) => (
              <>
                <input
                  {...props}
                  className={INPUT}
                  list={zonesId}
                  value={values.tz}
                  onChange={(event) => set('tz', event.target.value)}
                  spellCheck={false}
                />
                <datalist id={zonesId}>
                  {timeZones.map((zone) => (
                    <option key={zone}>{zone}</option>
                  ))}
                </datalist>
              </>
            )}
          </Field>
        </Group>
        <Group title={SETTING_TEXTS.deletion_policy.title}>
          <fieldset className="px-4 py-4 sm:px-5">
            <legend className="sr-only">{SETTING_TEXTS.deletion_policy.title}</legend>
            <div className="space-y-3">
              {POLICIES.map(({ value, label, line }) => (
                <label key={value} aria-label={label} className="flex cursor-pointer gap-3">
                  <input
                    type="radio"
                    name="deletion_policy"
                    value={value}
                    checked={values.deletion_policy === value}
                    onChange={() => set('deletion_policy', value)}
                    className="mt-1 size-4 shrink-0 accent-accent"
                  />
                  <span>
                    <span className="block">{label}</span>
                    <span className="block text-[0.8125rem] text-pretty text-muted">{line}</span>
                  </span>
                </label>
              ))}
            </div>
            <FieldError message={errors.deletion_policy} />
          </fieldset>
          {values.deletion_policy === 'hide' ? (
            <Field text={SETTING_TEXTS.deletion_grace_days} error={errors.deletion_grace_days}>
              {(props) => (
                <input
                  {...props}
                  type="number"
                  inputMode="numeric"
                  className={`${INPUT} sm:w-32`}
                  value={Number.isNaN(values.deletion_grace_days) ? '' : values.deletion_grace_days}
                  onChange={(event) => set('deletion_grace_days', event.target.valueAsNumber)}
                />
              )}
            </Field>
          ) : null}
        </Group>
        {formError ? (
          <p role="alert" className="text-danger">
            {formError}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button look="primary" type="submit" disabled={!isDirty || isSaving} data-testid="save-settings">
            Save settings
          </Button>
          {isDirty ? (
            <Button look="ghost" onClick={reset} disabled={isSaving}>
              Discard changes
            </Button>
          ) : null}
        </div>
      </form>
      <p className="border-t border-line pt-5 pb-10 text-[0.8125rem] text-muted">
        <Link href={`/guilds/${guild.id}/danger`} className="underline underline-offset-2 hover:text-danger">
          Erase everything of this server
        </Link>
      </p>
    </ScansFrame>
  )
}
