import type { JobName } from '@dcs/shared/jobs'
import type { Handler } from '../runner/handler.ts'
import { eraseHandler } from './erase/handler.ts'
import { fetchClipHandler } from './fetch-clip/handler.ts'
import { listThreadsHandler } from './list-threads/handler.ts'
import { purgeHandler } from './purge/handler.ts'
import { scanChannelHandler } from './scan-channel/handler.ts'
import { searchGuildHandler } from './search-guild/handler.ts'

/** Who does which job. */
export const handlers: { [Name in JobName]: Handler<Name> } = {
  'scan-channel': scanChannelHandler,
  'list-threads': listThreadsHandler,
  'search-guild': searchGuildHandler,
  purge: purgeHandler,
  erase: eraseHandler,
  'fetch-clip': fetchClipHandler,
}
