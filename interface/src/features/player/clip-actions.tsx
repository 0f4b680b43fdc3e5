'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { Button } from '@/components/ui/button.tsx'
import { api } from '@/lib/api.ts'
import type { ClipDetail, ClipItem } from '@/lib/api-types.ts'
import { clipTitle } from '@/lib/clip-text.ts'

const FIELD = 'mt-1 w-full rounded-lg border border-line-strong bg-bg px-3 text-[0.9375rem] text-text'

const VISIBILITIES: { value: ClipItem['visibility']; label: string }[] = [
  { value: 'public', label: 'Everybody who sees the channel' },
  { value: 'unlisted', label: 'Only who has the link, of those' },
  { value: 'private', label: 'Only the author and managers' },
]

/** Changing and removing a clip, for those who may. */
export function ClipActions({ clip, onRemoved }: { clip: ClipItem; onRemoved: () => void }) {
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const { edit, tag, delete: remove } = clip.may
  if (!edit && !tag && !remove) return null
  const toggle = (what: 'edit' | 'remove') => setOpen((now) => (now === what ? null : what))
  return (
    <section aria-label="Manage this clip" className="space-y-4 border-t border-line pt-5">
      <div className="flex flex-wrap gap-2">
        {edit || tag ? (
          <Button size="small" className="h-9" aria-expanded={open === 'edit'} onClick={() => toggle('edit')}>
            <Pencil aria-hidden className="size-4" /> Edit
          </Button>
        ) : null}
        {remove ? (
          <Button size="small" className="h-9" aria-expanded={open === 'remove'} onClick={() => toggle('remove')}>
            <Trash2 aria-hidden className="size-4" /> Remove
          </Button>
        ) : null}
      </div>
      {open === 'edit' ? <EditForm key={clip.id} clip={clip} onDone={() => setOpen(null)} /> : null}
      {open === 'remove' ? <RemoveForm clip={clip} onRemoved={onRemoved} onCancel={() => setOpen(null)} /> : null}
    </section>
  )
}

function EditForm({ clip, onDone }: { clip: ClipItem; onDone: () => void }) {
  const client = useQueryClient()
  const ids = { title: useId(), visibility: useId(), tags: useId() }
  const [title, setTitle] = useState(clip.givenTitle ?? '')
  const [visibility, setVisibility] = useState(clip.visibility)
  const [tags, setTags] = useState(clip.tags.join(', '))
  const saving = useMutation({
    mutationFn: () =>
      api<ClipDetail>(`/api/clips/${clip.id}`, {
        method: 'PATCH',
        json: {
          ...(clip.may.edit ? { title: title.trim() || null, visibility } : {}),
          tags: tags
            .split(',')
            .map((word) => word.trim())
            .filter(Boolean),
        },
      }),
    onSuccess: () => {
      void client.invalidateQueries()
      toast.success('Clip changed')
      onDone()
    },
  })
  return (
    <form
      noValidate
      className="space-y-4 text-[0.8125rem] text-muted"
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate()
      }}
    >
      {clip.may.edit ? (
        <>
          <div>
            <label htmlFor={ids.title}>Title</label>
            <input
              id={ids.title}
              className={`${FIELD} h-10`}
              maxLength={200}
              placeholder={clipTitle({ ...clip, givenTitle: null })}
              value={title}
              onChange={(event) => setTitle(event.target.value)}
            />
          </div>
          <div>
            <label htmlFor={ids.visibility}>Who sees it</label>
            <select
              id={ids.visibility}
              className={`${FIELD} h-10`}
              value={visibility}
              onChange={(event) => setVisibility(event.target.value as ClipItem['visibility'])}
            >
              {VISIBILITIES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </div>
        </>
      ) : null}
      <div>
        <label htmlFor={ids.tags}>Tags, with commas between them</label>
        <input
          id={ids.tags}
          className={`${FIELD} h-10`}
          value={tags}
          onChange={(event) => setTags(event.target.value)}
        />
      </div>
      {saving.error ? (
        <p role="alert" className="text-danger">
          {saving.error.message}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button look="primary" size="small" type="submit" disabled={saving.isPending}>
          Save
        </Button>
        <Button look="ghost" size="small" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

function RemoveForm({ clip, onRemoved, onCancel }: { clip: ClipItem; onRemoved: () => void; onCancel: () => void }) {
  const client = useQueryClient()
  const removing = useMutation({
    mutationFn: () => api<{ removed: string }>(`/api/clips/${clip.id}`, { method: 'DELETE' }),
    onSuccess: () => {
      void client.invalidateQueries()
      toast.success('Clip removed')
      onRemoved()
    },
  })
  return (
    <div role="alertdialog" aria-label="Remove this clip" className="space-y-3 rounded-xl bg-danger-soft p-4 text-sm">
      <p className="text-pretty">
        The clip and its file are erased for everybody, and no scan brings them back. The message in Discord stays.
      </p>
      {removing.error ? (
        <p role="alert" className="text-danger">
          {removing.error.message}
        </p>
      ) : null}
      <div className="flex gap-2">
        <Button look="danger" size="small" disabled={removing.isPending} onClick={() => removing.mutate()}>
          Remove for good
        </Button>
        <Button look="ghost" size="small" onClick={onCancel}>
          Keep it
        </Button>
      </div>
    </div>
  )
}
