'use client'

import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { api, ApiError } from '@/lib/api.ts'
import type { GuildScanSettings, ScanSettings } from '@/lib/api-types.ts'

type Errors = Partial<Record<keyof ScanSettings, string>>

/** What stands in the form, what is wrong with it, and saving of what was changed. */
export function useSettingsForm(initial: GuildScanSettings) {
  const [saved, setSaved] = useState(initial.settings)
  const [values, setValues] = useState(initial.settings)
  const [errors, setErrors] = useState<Errors>({})
  const [formError, setFormError] = useState<string | null>(null)
  const changed = Object.fromEntries(
    Object.entries(values).filter(([key, value]) => saved[key as keyof ScanSettings] !== value),
  )
  const { mutate, isPending } = useMutation({
    mutationFn: (json: Partial<ScanSettings>) =>
      api<GuildScanSettings>(`/api/guilds/${initial.guild.id}/scan-settings`, { method: 'PATCH', json }),
    onSuccess: ({ settings }) => {
      setSaved(settings)
      setValues(settings)
      toast.success('Settings saved')
    },
    onError: (error) => {
      const fields = error instanceof ApiError ? (error.problem.fields ?? {}) : {}
      setErrors(Object.fromEntries(Object.entries(fields).map(([key, message]) => [key, toSentence(message)])))
      setFormError(Object.keys(fields).length > 0 ? 'Nothing was saved. See the fields above.' : error.message)
    },
  })
  return {
    values,
    errors,
    formError,
    isDirty: Object.keys(changed).length > 0,
    isSaving: isPending,
    set: <K extends keyof ScanSettings>(key: K, value: ScanSettings[K]) => {
      setValues((old) => ({ ...old, [key]: value }))
      setErrors((old) => ({ ...old, [key]: undefined }))
      setFormError(null)
    },
    save: () => {
      setErrors({})
      setFormError(null)
      mutate(changed)
    },
    reset: () => {
      setValues(saved)
      setErrors({})
      setFormError(null)
    },
  }
}

// The field stands above it: what is allowed is enough.
function toSentence(message: string): string {
  return message.replace(/^\S+ is .*?, but must be /, 'Must be ')
}
