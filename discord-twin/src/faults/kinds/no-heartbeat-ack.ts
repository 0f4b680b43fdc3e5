import { defineFault } from '../definition.ts'

/** A connection that seems dead (https://docs.discord.com/developers/events/gateway#heartbeat-interval-example-heartbeat-ack). */
export const noHeartbeatAck = defineFault({
  kind: 'no-heartbeat-ack',
  doc: 'Heartbeats are not acknowledged, so that a client takes the connection for dead.',
  strikes: 'turn',
  options: {},
  create: () => ({ ignoresHeartbeats: true }),
})
