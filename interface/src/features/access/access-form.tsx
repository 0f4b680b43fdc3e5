'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { FieldError, Group, Toggle } from '@/features/scans/form-fields.tsx'
import { ScansFrame } from '@/features/scans/scans-frame.tsx'
import { api, ApiError } from '@/lib/api.ts'
import type { AccessSettings, GuildAccessForm } from '@/lib/api-types.ts'
import { BlockedAuthors } from './blocked-authors.tsx'
import { RolePicker } from './role-picker.tsx'

type RoleSetting = Extract<keyof AccessSettings, `roles_${string}`>

const ROLES: { key: RoleSetting; title: string; line: string }[] = [
  { key: 'roles_may_tag', title: 'May tag clips', line: 'Add and remove tags of the clips they see.' },
  { key: 'roles_may_edit', title: 'May edit clips', line: 'Change the title of clips, and who sees them.' },
  { key: 'roles_may_delete', title: 'May remove clips', line: 'Take clips they see out of the library, for good.' },
  {
    key: 'roles_may_see_stats',
    title: 'May see statistics',
    line: 'See how the scan of the whole server goes, beside what every member sees of their channels.',
  },
]

/** Which roles may do what in a server, what is kept of messages, and blocked authors. */
export function AccessForm({ initial }: { initial: GuildAccessForm }) {
  const [form, setForm] = useState(initial)
  const [values, setValues] = useState(initial.settings)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const { guild, roles, problems } = form
  const changed = Object.fromEntries(
    Object.entries(values).filter(
      ([key, value]) => JSON.stringify(form.settings[key as keyof AccessSettings]) !== JSON.stringify(value),
    ),
  )
  const isDirty = Object.keys(changed).length > 0
  const saving = useMutation({
    mutationFn: (json: Partial<AccessSettings>) =>
      api<GuildAccessForm>(`/api/guilds/${guild.id}/access`, { method: 'PATCH', json }),
    onSuccess: (saved) => {
      setForm(saved)
      setValues(saved.settings)
      toast.success('Settings saved')
    },
    onError: (error) => {
      const fields = error instanceof ApiError ? (error.problem.fields ?? {}) : {}
      setErrors(fields)
      if (Object.keys(fields).length === 0) toast.error('Nothing was saved', { description: error.message })
    },
  })
  const set = <K extends keyof AccessSettings>(key: K, value: AccessSettings[K]) => {
    setValues((old) => ({ ...old, [key]: value }))
    setErrors({})
  }
  return (
    <ScansFrame guild={guild} place="access" problems={problems} summary="Who may do what with the clips they see">
      <form
        noValidate
        className="space-y-6 pb-10"
        onSubmit={(event) => {
          event.preventDefault()
          saving.mutate(changed)
        }}
      >
        <p className="text-pretty text-muted">
          Who sees a clip is decided in Discord: those who may read its channel. Managers may do everything below, and
          authors may edit and remove their own clips.
        </p>
        <Group title="Roles">
          {ROLES.map(({ key, title, line }) => (
            <RolePicker
              key={key}
              title={title}
              line={line}
              roles={roles}
              picked={values[key]}
              error={errors[key]}
              onChange={(picked) => set(key, picked)}
            />
          ))}
        </Group>
        <Group title="What is kept and shown">
          <Toggle
            text={{
              title: 'Keep the text of messages',
              line: 'To show and to search it beside the clip. When you switch this off, the texts kept so far are erased.',
            }}
            isOn={values.keep_message_text}
            error={errors['keep_message_text']}
            onChange={(isOn) => set('keep_message_text', isOn)}
          />
          <Toggle
            text={{
              title: 'Show clips of age-restricted channels',
              line: 'To members who see the channel and have switched such clips on for themselves. Otherwise nobody sees them here.',
            }}
            isOn={values.age_restricted_clips === 'viewer-choice'}
            error={errors['age_restricted_clips']}
            onChange={(isOn) => set('age_restricted_clips', isOn ? 'viewer-choice' : 'hide')}
          />
        </Group>
        <FieldError message={errors['body']} />
        <div className="flex gap-2">
          <Button look="primary" type="submit" disabled={!isDirty || saving.isPending} data-testid="save-access">
            Save settings
          </Button>
          {isDirty ? (
            <Button look="ghost" onClick={() => setValues(form.settings)} disabled={saving.isPending}>
              Discard changes
            </Button>
          ) : null}
        </div>
      </form>
      <BlockedAuthors
        guildId={guild.id}
        blocked={form.blocked}
        onChange={(saved) => setForm((old) => ({ ...old, blocked: saved.blocked }))}
      />
    </ScansFrame>
  )
}
