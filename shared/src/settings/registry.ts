import * as z from 'zod'
import { choice, list, number, onOff, pattern, roles, schedule, timeZone, wholeNumber } from './kinds.ts'
import { setting } from './setting.ts'

const guild = { level: 'guild', changedBy: 'guild-admin' } as const
const channel = { level: 'channel', changedBy: 'guild-admin' } as const
const tuning = { level: 'channel', changedBy: 'operator' } as const
const instance = { level: 'instance', changedBy: 'operator' } as const

/** Settings of a guild as a whole. */
export const guildSettings = z.object({
  enabled_by_default: setting(onOff(), false, {
    ...guild,
    title: 'New channels start enabled',
    description: 'Collect clips from a channel as soon as it is created, without somebody switching it on.',
  }),
  parse_threads: setting(onOff(), false, {
    ...guild,
    title: 'Include threads everywhere',
    description:
      'Read the threads and forum posts of all enabled channels. When this is off, include_threads of a channel decides.',
  }),
  ignore_nsfw_channels: setting(onOff(), false, {
    ...guild,
    title: 'Ignore age-restricted channels',
    description: 'Collect nothing from channels that Discord marks as age-restricted, even when they are enabled.',
  }),
  tz: setting(timeZone(), 'UTC', {
    ...guild,
    title: 'Time zone',
    description: 'The zone in which schedule_cron is read, and in which the days of max_clips_per_day begin.',
  }),
  schedule_cron: setting(schedule(['@continuous']), '@continuous', {
    ...guild,
    title: 'Scan schedule',
    description:
      'When the enabled channels are scanned without somebody asking. @continuous takes new messages in as they arrive and starts no scans at fixed times.',
  }),
  search_first: setting(onOff(), true, {
    ...guild,
    title: 'Search first',
    description:
      "Ask Discord's search index before the history is read, so that most clips of a big server appear within minutes.",
  }),
  deletion_policy: setting(choice(['keep', 'hide', 'purge']), 'hide', {
    ...guild,
    title: 'When a message is deleted in Discord',
    description:
      'keep leaves its clips in the library. hide takes them out of sight at once and erases them when deletion_grace_days have passed. purge erases them at once.',
  }),
  deletion_grace_days: setting(wholeNumber(0, 3650), 30, {
    ...guild,
    title: 'Days until hidden clips are erased',
    description: 'How long clips of deleted messages stay hidden before they are erased, with the policy hide.',
    unit: 'days',
  }),
  keep_message_text: setting(onOff(), true, {
    ...guild,
    title: 'Keep the text of messages',
    description:
      'Keep what was written beside a clip, to show and to search it. Switched off, the text that was kept is erased and nothing new is kept.',
  }),
  erase_when_removed_days: setting(wholeNumber(0, 3650), 0, {
    ...guild,
    title: 'Erase when the bot was removed',
    description:
      'How many days after the bot was removed from the server everything of it is erased. 0 keeps it until somebody asks, so that nothing is lost when the bot is invited again.',
    unit: 'days',
  }),
  purge_grace_days: setting(wholeNumber(0, 3650), 7, {
    level: 'guild',
    changedBy: 'operator',
    title: 'Days until a server is erased',
    description:
      'How long a manager can take back that everything of the server is erased. Nothing changes until then. 0 begins at once.',
    unit: 'days',
  }),
  age_restricted_clips: setting(choice(['hide', 'viewer-choice']), 'viewer-choice', {
    ...guild,
    title: 'Clips of age-restricted channels',
    description:
      'hide shows them to nobody in the library. viewer-choice shows them to members who may see the channel and have switched them on for themselves.',
  }),
  roles_may_tag: setting(roles(), [], {
    ...guild,
    title: 'Roles that may tag',
    description: 'Members with one of these roles may tag the clips they see. Managers always may.',
  }),
  roles_may_edit: setting(roles(), [], {
    ...guild,
    title: 'Roles that may edit',
    description:
      'Members with one of these roles may change the title and the visibility of the clips they see. Managers, and authors of their own clips, always may.',
  }),
  roles_may_delete: setting(roles(), [], {
    ...guild,
    title: 'Roles that may delete',
    description:
      'Members with one of these roles may take the clips they see out of the library. Managers, and authors their own clips, always may.',
  }),
  roles_may_see_stats: setting(roles(), [], {
    ...guild,
    title: 'Roles that may see statistics',
    description:
      'Members with one of these roles see how the scan of the whole server goes and how many requests Discord allows, beside what every member sees of their channels. Managers always do.',
  }),
})

const match = z.object({
  accept_video: setting(onOff(), true, {
    ...channel,
    title: 'Accept videos',
    description: 'Make clips from attached videos. When this is off, nothing new is collected.',
  }),
  min_video_seconds: setting(number(0, 3600), 0, {
    ...channel,
    title: 'Shortest video',
    description: 'Leave out videos shorter than this. 0 is no limit. A video of unknown length is kept.',
    unit: 's',
  }),
  max_video_seconds: setting(number(0, 86_400), 0, {
    ...channel,
    title: 'Longest video',
    description: 'Leave out videos longer than this. 0 is no limit. A video of unknown length is kept.',
    unit: 's',
  }),
  max_size_mb: setting(number(0, 10_000), 0, {
    ...channel,
    title: 'Biggest file',
    description: 'Leave out files bigger than this. 0 is no limit.',
    unit: 'MB',
  }),
  max_clips_per_day: setting(wholeNumber(0, 100_000), 0, {
    ...channel,
    title: 'Clips per day',
    description: "Keep only the first clips of each day (in the guild's time zone) of a channel. 0 is no limit.",
    unit: 'clips',
  }),
  accept_bots: setting(onOff(), true, {
    ...channel,
    title: 'Accept bots and webhooks',
    description: 'Collect also what bots and webhooks post, which often is clips of people.',
  }),
  accept_embeds: setting(onOff(), true, {
    ...channel,
    title: 'Accept embedded videos',
    description: 'Collect videos of links that Discord shows with a player and serves from its own media proxy.',
  }),
  link_hosts: setting(
    list(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i, 'host names, such as "clips.example.org"'),
    [],
    {
      ...channel,
      title: 'Allowed clip hosts',
      description:
        'Download videos that messages link to from these hosts and their subdomains. Empty, nothing but Discord is ever contacted.',
    },
  ),
  mime_allowlist: setting(
    list(/^video\/[^\s;,/]+$/i, 'MIME types that start with "video/"'),
    ['video/mp4', 'video/quicktime', 'video/webm', 'video/x-msvideo', 'video/x-matroska', 'video/x-flv', 'video/x-m4v'],
    {
      ...channel,
      title: 'Video types',
      description:
        'A file is a video when Discord gives it one of these MIME types, when video_extensions has its ending, or when it has neither but Discord plays it. An empty list recognises none by type.',
    },
  ),
  video_extensions: setting(
    list(/^\.[a-z0-9]{1,10}$/i, 'file name endings with their dot, such as ".mp4"'),
    ['.mp4', '.mov', '.webm', '.avi', '.mkv', '.flv', '.wmv', '.m4v'],
    {
      ...channel,
      title: 'Video file endings',
      description:
        'A file is a video when its name ends like this, in upper or lower case, or when mime_allowlist has its type. An empty list recognises none by name.',
    },
  ),
  text_include_regex: setting(pattern(), null, {
    ...channel,
    title: 'Only messages that match',
    description:
      'Collect only from messages in whose text this is found, anywhere, upper and lower case being different. None collects from all.',
  }),
  text_exclude_regex: setting(pattern(), null, {
    ...channel,
    title: 'No messages that match',
    description: 'Collect nothing from messages in whose text this is found; it beats text_include_regex.',
  }),
})

const backoff = z.object({
  initial_ms: setting(wholeNumber(1, 600_000), 500, {
    ...tuning,
    title: 'First wait after a failure',
    description: 'How long a scan waits before it tries again when Discord cannot be reached.',
    unit: 'ms',
  }),
  max_ms: setting(wholeNumber(1, 3_600_000), 30_000, {
    ...tuning,
    title: 'Longest wait after a failure',
    description: 'The wait grows with each failure in a row up to this.',
    unit: 'ms',
  }),
  multiplier: setting(number(1, 10), 2, {
    ...tuning,
    title: 'Growth of the wait',
    description: 'Each failure in a row multiplies the wait by this.',
  }),
})

const safety = z.object({
  max_concurrent_scans: setting(wholeNumber(1, 500), 64, {
    level: 'guild',
    changedBy: 'operator',
    title: 'Scans at the same time',
    description: 'How many channels of one guild are scanned at the same time, over all workers.',
  }),
  rate_limit_window_ms: setting(wholeNumber(0, 60_000), 1000, {
    level: 'guild',
    changedBy: 'operator',
    title: 'Pause after a rate limit',
    description: 'Meant to hold requests back after Discord has answered "too many requests".',
    unit: 'ms',
    retired: 'All programs share one budget of requests, which waits exactly as long as Discord asks.',
  }),
})

/** Settings of a channel. */
export const channelSettings = z.object({
  is_enabled: setting(onOff(), true, {
    ...channel,
    title: 'Collect clips',
    description:
      'Mirror of bot_channels.is_reading, which decides; both are written together when a channel is switched on or off.',
  }),
  scan_mode: setting(choice(['forward', 'backfill']), 'forward', {
    ...channel,
    title: 'Direction of scheduled scans',
    description:
      'forward reads what is newer than everything read so far; backfill also reads the older history that is still missing.',
  }),
  max_messages_per_pass: setting(wholeNumber(1, 10_000), 1000, {
    ...tuning,
    title: 'Messages per pass',
    description: 'How far one scan job reads before it makes room for others and goes on later.',
    unit: 'messages',
  }),
  debounce_ms: setting(wholeNumber(0, 5000), 250, {
    ...tuning,
    title: 'Gather live messages',
    description: 'Meant to gather new messages of a busy channel and write them together.',
    unit: 'ms',
    retired: 'Each message is written at once, so that a crash can lose none.',
  }),
  include_threads: setting(onOff(), false, {
    ...channel,
    title: 'Include threads',
    description:
      'Read the threads of this channel, or the posts of this forum. parse_threads of the guild turns it on for all.',
  }),
  match,
  backoff,
  safety,
})

/** Settings of the whole instance, which only the settings file can change. */
export const databaseSettings = z.object({
  install_intent_expire_time: setting(wholeNumber(60, 86_400), 600, {
    ...instance,
    title: 'Lifetime of an invitation',
    description: 'How long somebody who set out to add the bot to a server has to finish.',
    unit: 's',
  }),
  install_intent_purge_cron: setting(schedule(), '*/30 * * * *', {
    ...instance,
    title: 'Clean-up of invitations',
    description: 'When invitations that ran out are deleted, in UTC.',
  }),
  install_intent_purge_grace_seconds: setting(wholeNumber(0, 86_400), 300, {
    ...instance,
    title: 'Grace before clean-up',
    description: 'How long after running out an invitation is still kept.',
    unit: 's',
  }),
})

/** What a guild stores: its own settings, and under `channel_defaults` settings for all of its channels. */
export const storedGuildSettings = guildSettings.extend({ channel_defaults: channelSettings })

/** The sections of a settings file. */
export const settingsFile = z.object({
  guild_settings_defaults: guildSettings,
  channel_settings_defaults: channelSettings,
  database_settings_defaults: databaseSettings,
})
