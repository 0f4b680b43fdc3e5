import * as z from 'zod'

const gone: Readonly<Record<string, string>> = {
  server_admin_guild_defaults: 'these are in guild_settings_defaults now',
  server_admin_channel_defaults:
    'these are in channel_settings_defaults now, what concerns the video or the text in its group match',
  guild_admin_settings_defaults: 'ignore_nsfw_channels is in guild_settings_defaults now, the others do not exist',
  worker_settings_defaults: 'the worker needs none of these; leave the section out',
  observability: 'the level of the log is the environment variable LOG_LEVEL; leave the group out',
}

/** Where a key that is not known here has gone, or belongs; null when there is nothing to say. */
export function findHint(tree: z.ZodObject, key: string): string | null {
  if (Object.hasOwn(gone, key)) return gone[key] ?? null
  for (const [group, node] of Object.entries(tree.shape))
    if (node instanceof z.ZodObject && Object.hasOwn(node.shape, key)) return `it belongs into ${group}`
  return null
}
