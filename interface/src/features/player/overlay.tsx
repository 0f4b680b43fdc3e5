'use client'

import { Dialog } from 'radix-ui'
import { useRef, type ReactNode } from 'react'

/** The dark room over the page: takes the focus, keeps it, gives it back. Dark in both themes, as a cinema is. */
export function Overlay({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const opener = useRef<Element>(null)
  return (
    <Dialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement
            // The room itself, so that the keys work and no button looks chosen.
            event.preventDefault()
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
          }}
          onCloseAutoFocus={() => {
            if (opener.current instanceof HTMLElement) opener.current.focus({ preventScroll: true })
          }}
          onPointerDownOutside={(event) => event.preventDefault()}
          data-theatre=""
          className="dark fixed inset-0 z-40 overflow-x-hidden overflow-y-auto bg-bg text-text outline-none"
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          <div className="animate-fade">{children}</div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
