import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { FieldError, Group, INPUT } from '@/features/scans/form-fields.tsx'
import { api } from '@/lib/api.ts'
import type { BlockedAuthorItem, GuildAccessForm } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'

type Change = { method: 'POST' | 'DELETE'; json: { authorId: string; reason?: string } }

/** Authors of whom nothing is kept or shown in a server: who they are, letting them in again, and blocking one more. */
export function BlockedAuthors({
  guildId,
  blocked,
  onChange,
}: {
  guildId: string
  blocked: readonly BlockedAuthorItem[]
  onChange: (form: GuildAccessForm) => void
}) {
  const [authorId, setAuthorId] = useState('')
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string>()
  const change = useMutation({
    mutationFn: (request: Change) => api<GuildAccessForm>(`/api/guilds/${guildId}/blocked-authors`, request),
    onSuccess: (form, { method }) => {
      onChange(form)
      if (method === 'DELETE') return
      setAuthorId('')
      setReason('')
      toast.success('Nothing of this author is shown any more')
    },
    onError: (problem: Error) => setError(problem.message),
  })
  return (
    <Group title="Blocked authors">
      {blocked.length === 0 ? (
        <p className="px-4 py-4 text-pretty text-muted sm:px-5">
          Nobody is blocked. Of a blocked author nothing new is kept, and nothing is shown.
        </p>
      ) : null}
      {blocked.map((author) => (
        <div
          key={author.userId}
          data-testid="blocked-author"
          className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-5"
        >
          <div className="min-w-0">
            <p className="truncate">{author.name ?? author.userId}</p>
            <p className="text-[0.8125rem] text-pretty wrap-anywhere text-muted">
              {[author.reason, `${countOf(author.clips, 'clip')} out of sight`].filter(Boolean).join(' · ')}
            </p>
          </div>
          <Button
            size="small"
            disabled={change.isPending}
            onClick={() => change.mutate({ method: 'DELETE', json: { authorId: author.userId } })}
          >
            Let in again
          </Button>
        </div>
      ))}
      <form
        noValidate
        className="flex flex-wrap items-end gap-3 px-4 py-4 sm:px-5"
        onSubmit={(event) => {
          event.preventDefault()
          setError(undefined)
          change.mutate({ method: 'POST', json: { authorId: authorId.trim(), reason: reason.trim() } })
        }}
      >
        <label className="block w-full text-[0.8125rem] text-muted sm:w-auto">
          Id of the author in Discord
          <input
            className={`${INPUT} mt-1 block text-[0.9375rem]`}
            inputMode="numeric"
            value={authorId}
            onChange={(event) => setAuthorId(event.target.value)}
          />
        </label>
        <label className="block w-full text-[0.8125rem] text-muted sm:w-auto">
          Reason, for other managers
          <input
            className={`${INPUT} mt-1 block text-[0.9375rem]`}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <Button type="submit" disabled={authorId.trim() === '' || change.isPending}>
          Block
        </Button>
        <div className="w-full">
          <FieldError message={error} />
        </div>
      </form>
    </Group>
  )
}
