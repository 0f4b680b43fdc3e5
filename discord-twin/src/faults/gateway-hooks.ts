/** An event on its way to one session, after it got its number. */
export type Delivery = {
  name: string
  guildId: string | null
  channelId: string | null
  /** Id of the session it goes to. */
  sessionId: string
}

/**
 * What became of an event: `sent` at once, `later` because it is held back, or `lost`. A lost one must also be forgotten by
 * the session, so that a resume does not bring it.
 */
export type Delivered = 'sent' | 'later' | 'lost'

/** What faults ask of the gateway. A `sessionId` of null means all sessions. */
export type GatewayActions = {
  /** Ids of the sessions that have a connection. */
  connected: () => string[]
  /** Cuts connections, with a close frame when a code is given. Without `resumable` the sessions are forgotten too. */
  drop: (sessionId: string | null, resumable: boolean, closeCode?: number) => void
  /** Sends op 7, Reconnect. The session stays. */
  requestReconnect: (sessionId: string | null) => void
}

/** What the gateway asks of faults. */
export type GatewayHooks = {
  /** The gateway gives itself to the faults once. */
  attachGateway: (gateway: GatewayActions) => void
  /**
   * Called for each event to each session that has a connection, after the event was kept for a resume. `send` may be called
   * never, now, later or twice; it must do nothing once the connection it was made for is gone. READY and RESUMED go
   * through it too.
   */
  deliver: (delivery: Delivery, send: () => void) => Delivered
  /** Whether op 2 and op 6 are accepted; if not, the connection is closed with 4004. */
  acceptsToken: () => boolean
  /** Whether op 6 is accepted; if not, op 9 with `d: false` is sent and the session forgotten. */
  onResume: (sessionId: string) => 'accept' | 'refuse'
  /** Whether op 1 is answered with op 11. A heartbeat that is not acknowledged still counts for the heartbeat timeout. */
  acknowledgesHeartbeat: (sessionId: string) => boolean
}
