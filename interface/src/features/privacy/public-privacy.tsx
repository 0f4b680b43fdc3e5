import Link from 'next/link'
import type { ReactNode } from 'react'
import { LogoMark } from '@/components/ui/logo.tsx'
import type { PublicPrivacy } from '@/lib/api-types.ts'
import { countOf } from '@/lib/format.ts'

/** How this instance treats data, in words made from its settings. */
export function PublicPrivacyPage({ contact, logDays, defaults, isEncrypted, storesCopiesOfLinks }: PublicPrivacy) {
  return (
    <main id="content" className="mx-auto max-w-2xl px-gutter pt-10 pb-24">
      <Link href="/" className="inline-flex items-center gap-2.5 rounded-md" aria-label="Discord Clip Saver, home">
        <LogoMark className="h-[1.375rem] text-accent" />
        <span className="font-semibold tracking-[-0.02em]">Discord Clip Saver</span>
      </Link>
      <h1 className="mt-10 text-3xl font-semibold tracking-[-0.02em]">What is kept of you here</h1>
      <p className="mt-3 text-pretty text-muted">
        This program collects video clips from Discord servers whose managers added its bot, and shows them to people
        who may see the same channels in Discord. This page is made from the settings of this instance.
      </p>
      <Part title="What is kept">
        <li>
          Videos that were posted in channels a manager switched on: the file, a still picture of it, its name and size,
          title and description, and where and when it was posted.
        </li>
        <li>The name, the picture and the Discord id of whoever posted it, as they were then.</li>
        <li>
          {defaults.keepsText
            ? 'The text of the message it was in, unless the managers of the server switched that off.'
            : 'Not the text of messages, unless the managers of a server switched that on.'}
        </li>
        <li>Of clips made with Discord itself: the game, and who was in the voice channel.</li>
        {storesCopiesOfLinks ? <li>Copies of videos that messages link to on hosts that were allowed.</li> : null}
        <li>
          Of people who sign in: name, picture and id from Discord, encrypted sign-in tokens, sessions with address and
          browser, and what they changed. No mail address is asked for.
        </li>
        <li>Messages without a video are read to find clips, and not kept.</li>
      </Part>
      <Part title="For how long">
        <li>
          {defaults.deletionPolicy === 'keep'
            ? 'When a message is deleted in Discord its clips stay, unless the managers of the server chose otherwise.'
            : defaults.deletionPolicy === 'purge'
              ? 'When a message is deleted in Discord its clips are erased at once, unless the managers of the server chose otherwise.'
              : `When a message is deleted in Discord its clips are hidden at once and erased ${countOf(defaults.deletionGraceDays, 'day')} later, unless the managers of the server chose otherwise.`}
        </li>
        <li>
          {defaults.eraseWhenRemovedDays === 0
            ? 'When the bot is removed from a server, nobody sees its clips here any more; they are kept until the operator or an author has them erased.'
            : `When the bot is removed from a server, everything of it is erased ${countOf(defaults.eraseWhenRemovedDays, 'day')} later.`}
        </li>
        <li>
          {defaults.purgeGraceDays === 0
            ? 'When managers erase a server, that begins at once.'
            : `When managers erase a server, they can take that back for ${countOf(defaults.purgeGraceDays, 'day')}.`}
        </li>
        <li>
          {logDays === null
            ? 'The programs log errors and changes with ids, without texts of messages. How long the operator keeps these logs they do not say here.'
            : `The programs log errors and changes with ids, without texts of messages. The operator keeps these logs for ${countOf(logDays, 'day')}.`}
        </li>
      </Part>
      <Part title="How it is stored">
        <li>On the operator&rsquo;s own disk and database. Nothing is sold, given away or used to train anything.</li>
        <li>
          {isEncrypted
            ? 'Videos and pictures are encrypted with a key for each author. Erasing deletes the key too.'
            : 'Videos and pictures are stored without encryption of their own.'}
        </li>
        <li>Only people who may see a channel in Discord now see its clips here; that is checked each time.</li>
      </Part>
      <Part title="How to have it erased">
        <li>
          In Discord, on a server with the bot: <Code>/privacy view</Code> shows what is kept of you,{' '}
          <Code>/privacy opt-out</Code> stops it, <Code>/privacy delete</Code> erases it. You need no account here.
        </li>
        <li>
          Or here, signed in with Discord:{' '}
          <Link href="/account/privacy" className="text-accent-text underline underline-offset-2">
            your data
          </Link>
          . There you can also download everything.
        </li>
        <li>
          It is out of reach within seconds, for everybody, and erased from the disk soon after. You get a signed
          receipt. Then nothing new of you is kept until you allow it.
        </li>
        <li>
          What stays: your Discord id in the list of those who want nothing kept, the receipt with the ids of what was
          erased so that it is also erased from a backup that is restored, and entries of the audit log. A video that
          somebody else posted too stays as theirs; so do forwards whose author Discord does not name, and what others
          wrote about you.
        </li>
      </Part>
      <Part title="Who runs this">
        <li>
          {contact ? (
            <Contact text={contact} />
          ) : (
            'The operator has not given a way to reach them. Ask the managers of your server.'
          )}
        </li>
      </Part>
    </main>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-9">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      <ul className="mt-3 list-disc space-y-2 pl-5 text-pretty marker:text-faint">{children}</ul>
    </section>
  )
}

function Code({ children }: { children: ReactNode }) {
  return <code className="rounded bg-raised px-1.5 py-0.5 font-mono text-[0.85em]">{children}</code>
}

/** A mail or web address becomes a link. */
function Contact({ text }: { text: string }) {
  const href = /^https?:\/\/\S+$/.test(text) ? text : /^[^\s@:]+@[^\s@]+$/.test(text) ? `mailto:${text}` : null
  return href ? (
    <a href={href} rel="noreferrer" className="wrap-anywhere text-accent-text underline underline-offset-2">
      {text}
    </a>
  ) : (
    text
  )
}
