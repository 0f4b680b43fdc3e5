import type { Link } from './cdn/link.ts'
import type { Signer } from './cdn/signer.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults/faults.ts'
import type { Commands } from './interactions/commands.ts'
import type { Interactions } from './interactions/interactions.ts'
import type { Webhooks } from './interactions/webhooks.ts'
import type { Tokens } from './oauth/tokens.ts'
import type { IdentifyLimits } from './gateway/limits.ts'
import type { PrivilegedIntent } from './gateway/settings.ts'
import type { ObservedDispatch } from './gateway/observe.ts'
import type { Limits } from './rest/limits/limits.ts'
import type { Exchange } from './rest/observe.ts'
import type { SearchIndex } from './search/search-index.ts'
import type { World } from './world/world.ts'

/** The application that the twin knows, as registered at Discord. */
export type Application = {
  id: string
  secret: string
  botToken: string
  name: string
  redirectUris: readonly string[] | null
  messageContent: boolean
  /** Switched on besides the one for message content. */
  privilegedIntents: readonly PrivilegedIntent[]
  description: string
  tags: readonly string[]
}

/** What every part of the twin shares. `url` is its own address. */
export type TwinContext = {
  url: () => string
  /** Where the media proxy is, which Discord has on a host of its own. */
  mediaUrl: () => string
  world: World
  clock: Clock
  signer: Signer
  tokens: Tokens
  application: Application
  /** How large a file of a message may be. */
  uploadLimitBytes: number
  faults: Faults
  limits: Limits
  link: Link
  commands: Commands
  interactions: Interactions
  webhooks: Webhooks
  search: SearchIndex
  identifyLimits: IdentifyLimits
  observe?: (exchange: Exchange) => void
  observeDispatch?: (event: ObservedDispatch) => void
}
