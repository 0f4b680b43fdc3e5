import type { ScanSettings } from '@/lib/api-types.ts'

/** What a setting is called and what it does, for people who have never seen it. */
export type SettingText = { title: string; line: string }

/** Each setting of the form in words. */
export const SETTING_TEXTS: Record<keyof ScanSettings, SettingText> = {
  enabled_by_default: {
    title: 'Switch new channels on',
    line: 'Clips of a channel are collected as soon as it is created, without anybody switching it on.',
  },
  parse_threads: {
    title: 'Include threads and forum posts',
    line: 'Also of every channel that is switched on. When this is off, each channel’s own setting counts.',
  },
  ignore_nsfw_channels: {
    title: 'Leave age-restricted channels out',
    line: 'Nothing is collected from channels that Discord marks as age-restricted, even when they are switched on.',
  },
  search_first: {
    title: 'Ask Discord’s search first',
    line: 'Before a long history is read, so that most clips of a big server appear within minutes.',
  },
  schedule_cron: {
    title: 'Scan again',
    line: 'New clips are saved as they are posted. Scanning at fixed times also finds what was missed.',
  },
  tz: { title: 'Time zone', line: 'In which the times above are meant, and in which a day begins and ends.' },
  deletion_policy: {
    title: 'When a message is deleted in Discord',
    line: 'What happens to the clips of a message that its author or a moderator deleted.',
  },
  deletion_grace_days: {
    title: 'Days until it is erased',
    line: 'How long a clip stays hidden before it is erased for good.',
  },
}
