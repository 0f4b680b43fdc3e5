import { Download } from 'lucide-react'
import { Button } from '@/components/ui/button.tsx'
import type { ClipItem } from '@/lib/api-types.ts'

/** Saves the file as it was posted, under its own name. */
export function DownloadButton({
  clip,
  look = 'quiet',
  size = 'normal',
}: {
  clip: ClipItem
  look?: 'primary' | 'quiet'
  size?: 'small' | 'normal'
}) {
  if (clip.videoUrl === null) return null
  return (
    <Button asChild look={look} size={size} className={size === 'small' ? 'h-9' : ''}>
      <a href={`${clip.videoUrl}?download=1`} download={clip.filename}>
        <Download className="size-4" /> Download
      </a>
    </Button>
  )
}
