import type { Config } from '@dcs/shared/config'
import type { Logger } from '@dcs/shared/core'
import type { REST } from '@dcs/shared/discord'
import type { Queue } from '@dcs/shared/jobs'
import type { InstanceSettings } from '@dcs/shared/settings'

/** Everything the bot's parts need; built once. The database is the process's own. */
export type BotContext = {
  config: Config
  log: Logger
  queue: Queue
  rest: REST
  settings: InstanceSettings
  /** Who the bot is; null until the gateway has said so. */
  identity: { userId: string | null }
}
