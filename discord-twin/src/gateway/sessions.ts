import type { TwinContext } from '../context.ts'
import type { Connection } from './connection.ts'
import type { Dispatch } from './dispatches/dispatch.ts'
import { intentsFor } from './intents.ts'
import type { Session } from './session.ts'

/** The sessions of the application. One without a connection is forgotten after a while. */
export class Sessions {
  readonly #context: TwinContext
  readonly #lifetimeMs: number
  readonly #byId = new Map<string, Session>()

  constructor(context: TwinContext, lifetimeMs: number) {
    this.#context = context
    this.#lifetimeMs = lifetimeMs
  }

  add(session: Session): void {
    this.#byId.set(session.id, session)
  }

  find(id: string): Session | undefined {
    this.#forgetOld()
    return this.#byId.get(id)
  }

  all(): Session[] {
    return [...this.#byId.values()]
  }

  /** Ends a session unless another connection has taken it over. */
  end(session: Session, connection: Connection | null = session.connection): void {
    if (session.connection === connection) this.#byId.delete(session.id)
  }

  clear(): void {
    this.#byId.clear()
  }

  /** A connection is gone; its session can be resumed from now on. */
  detach(session: Session, connection: Connection): void {
    if (session.connection !== connection) return
    session.connection = null
    session.lostAt = this.#context.clock.elapsed()
  }

  /** Sends an event to every session that may have it. */
  broadcast(dispatch: Dispatch): void {
    this.#forgetOld()
    for (const session of this.#byId.values()) this.deliver(session, dispatch)
  }

  /** Sends an event to one session if it may have it. */
  deliver(session: Session, { name, guildId, channelId, intents, data }: Dispatch): void {
    if (!session.owns(guildId) || !session.wants(intents ?? intentsFor(name))) return
    const payload = data(session.wishes)
    if (payload === null) return
    session.dispatch(name, payload, { guildId, channelId })
  }

  #forgetOld(): void {
    const now = this.#context.clock.elapsed()
    for (const session of this.#byId.values()) {
      if (!session.connection && now - session.lostAt > this.#lifetimeMs) this.#byId.delete(session.id)
    }
  }
}
