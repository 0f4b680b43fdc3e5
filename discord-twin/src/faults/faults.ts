import type { Delivered, Delivery, GatewayActions, GatewayHooks } from './gateway-hooks.ts'

export type { Delivered, Delivery, GatewayActions } from './gateway-hooks.ts'

/** The faults that are switched on. What the gateway must call and offer is described in gateway-hooks.ts. */
export class Faults implements GatewayHooks {
  attachGateway(_gateway: GatewayActions): void {}

  deliver(_delivery: Delivery, send: () => void): Delivered {
    send()
    return 'sent'
  }

  acceptsToken(): boolean {
    return true
  }

  onResume(_sessionId: string): 'accept' | 'refuse' {
    return 'accept'
  }

  acknowledgesHeartbeat(_sessionId: string): boolean {
    return true
  }
}
