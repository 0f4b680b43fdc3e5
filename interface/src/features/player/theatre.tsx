'use client'

import { ChevronLeft, ChevronRight, Keyboard, X } from 'lucide-react'
import { useRef, useState, type CSSProperties, type ReactNode } from 'react'
import { Button } from '@/components/ui/button.tsx'
import type { ClipItem } from '@/lib/api-types.ts'
import { clipTitle } from '@/lib/clip-text.ts'
import { thumbhashPicture } from '@/lib/thumbhash.ts'
import { ClipDetails } from './clip-details.tsx'
import { Overlay } from './overlay.tsx'
import { ShortcutsHelp } from './shortcuts-help.tsx'
import { Stage } from './stage.tsx'
import { usePlayerKeys } from './use-player-keys.ts'

type Props = {
  clip: ClipItem
  onClose: () => void
  onPrevious: (() => void) | null
  onNext: (() => void) | null
}

/** A clip on its stage, lit by its own colours, with what is known about it beside. */
export function Theatre({ clip, onClose, onPrevious, onNext }: Props) {
  const video = useRef<HTMLVideoElement>(null)
  const [isHelpOpen, setIsHelpOpen] = useState(false)
  usePlayerKeys({ video, onPrevious, onNext, onHelp: () => setIsHelpOpen((isOpen) => !isOpen), isPaused: isHelpOpen })
  const light = thumbhashPicture(clip.placeholder)
  return (
    <Overlay title={clipTitle(clip)} onClose={onClose}>
      {light ? (
        <img
          key={light}
          src={light}
          alt=""
          className="pointer-events-none fixed inset-0 size-full animate-fade object-cover opacity-[0.22] blur-3xl saturate-150"
        />
      ) : null}
      <div className="relative flex min-h-svh flex-col lg:h-svh lg:flex-row">
        <section aria-label="Player" className="flex min-h-0 min-w-0 flex-col lg:flex-1 lg:p-5 lg:pr-0">
          <div className="flex h-14 shrink-0 items-center gap-1 px-3 lg:-mt-2 lg:px-0">
            <Button look="ghost" size="icon" aria-label="Close" title="Close (Esc)" onClick={onClose}>
              <X className="size-5" />
            </Button>
            <div className="ml-auto flex items-center gap-1">
              <Step label="Previous clip" hint="k" onStep={onPrevious}>
                <ChevronLeft className="size-5" />
              </Step>
              <Step label="Next clip" hint="j" onStep={onNext}>
                <ChevronRight className="size-5" />
              </Step>
              <Button
                look="ghost"
                size="icon"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                onClick={() => setIsHelpOpen(true)}
                className="hidden sm:inline-flex"
              >
                <Keyboard className="size-[1.125rem]" />
              </Button>
            </div>
          </div>
          <div className="stage-frame" style={{ '--ratio': ratioOf(clip) } as CSSProperties}>
            <div className="stage @container relative grid place-items-center overflow-hidden bg-black lg:rounded-2xl">
              {light ? <img src={light} alt="" className="absolute inset-0 size-full object-cover" /> : null}
              <Stage key={clip.id} clip={clip} video={video} />
            </div>
          </div>
        </section>
        <ClipDetails clip={clip} onRemoved={onClose} />
      </div>
      <ShortcutsHelp isOpen={isHelpOpen} onOpenChange={setIsHelpOpen} />
    </Overlay>
  )
}

function Step({
  label,
  hint,
  onStep,
  children,
}: {
  label: string
  hint: string
  onStep: (() => void) | null
  children: ReactNode
}) {
  return (
    <Button
      look="ghost"
      size="icon"
      aria-label={label}
      title={`${label} (${hint})`}
      disabled={onStep === null}
      onClick={() => onStep?.()}
    >
      {children}
    </Button>
  )
}

function ratioOf({ width, height }: ClipItem): number {
  return width && height ? width / height : 16 / 9
}
