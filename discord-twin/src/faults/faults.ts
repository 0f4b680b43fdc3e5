import * as z from 'zod'
import { ActiveFault, type ListedFault } from './active-fault.ts'
import type { FaultScope, Hit } from './definition.ts'
import type { Delivered, Delivery, GatewayActions, GatewayHooks } from './gateway-hooks.ts'
import { faultKinds, type FaultInputs, type FaultKind } from './kinds/index.ts'
import { RoughDay, roughDay } from './presets.ts'

export type { ListedFault } from './active-fault.ts'
export type { Delivered, Delivery, GatewayActions } from './gateway-hooks.ts'
export type { FaultInput, FaultKind } from './kinds/index.ts'

/** A fault that was switched on. */
export type FaultHandle<Kind extends FaultKind = FaultKind> = {
  id: string
  kind: Kind
  /** How often it struck. */
  readonly strikes: number
  /** Resolves when it has struck this often; rejects when it is removed before. */
  struck: (times: number) => Promise<void>
  /** Switches it off and undoes what it did; false when it was off already. */
  remove: () => boolean
} & (Kind extends 'hold'
  ? {
      /** Lets go the answers that are held now; returns how many. Later ones are held again. */
      release: () => number
    }
  : unknown)

/** A request that is not answered yet. */
export type OpenRequest = { hit: Hit; order: number }

/** The faults that are switched on. What the gateway must call and offer is described in gateway-hooks.ts. */
export class Faults implements GatewayHooks {
  readonly scope: FaultScope
  readonly open = new Set<OpenRequest>()
  readonly #active = new Map<string, ActiveFault>()
  #gateway: GatewayActions | null = null
  #order = 0
  #count = 0

  constructor(scope: FaultScope) {
    this.scope = scope
  }

  /** Switches a fault on. Throws a ZodError that names the field when something about it is wrong. */
  add<const Kind extends FaultKind>(fault: { kind: Kind } & FaultInputs[Kind]): FaultHandle<Kind> {
    return this.#handle(this.addUnknown(fault)) as unknown as FaultHandle<Kind>
  }

  /** The same for what comes from outside. */
  addUnknown(fault: unknown): ActiveFault {
    const { kind } = z.looseObject({ kind: z.enum(faultKinds.map((known) => known.kind)) }).parse(fault)
    const definition = faultKinds.find((known) => known.kind === kind)
    if (!definition) throw new Error(`unknown kind ${kind}`)
    const options = definition.schema.parse(fault) as Record<string, unknown>
    const active = new ActiveFault(definition, options, {
      id: String((this.#count += 1)),
      order: this.nextOrder(),
      scope: this.scope,
      gateway: () => this.#gateway,
    })
    this.#active.set(active.id, active)
    active.start()
    this.#interrupt(active)
    return active
  }

  /** Switches on many faults that follow from a seed. */
  addRoughDay(options: z.input<typeof RoughDay>): FaultHandle[] {
    return roughDay(RoughDay.parse(options)).map((fault) => this.add(fault))
  }

  list(): ListedFault[] {
    return this.active().map((fault) => fault.listed())
  }

  /** Every kind of fault there is, by name. */
  kinds(): { name: FaultKind; description: string; options: unknown }[] {
    return faultKinds.map(({ kind, doc, schema }) => ({
      name: kind,
      description: doc,
      options: z.toJSONSchema(schema, { io: 'input' }),
    }))
  }

  find(id: string): ActiveFault | undefined {
    return this.#active.get(id)
  }

  remove(id: string): boolean {
    this.#active.get(id)?.stop()
    return this.#active.delete(id)
  }

  removeAll(): void {
    for (const { id } of this.active()) this.remove(id)
  }

  /** In the order in which they were switched on. */
  active(): ActiveFault[] {
    return [...this.#active.values()]
  }

  nextOrder(): number {
    return (this.#order += 1)
  }

  attachGateway(gateway: GatewayActions): void {
    this.#gateway = gateway
  }

  deliver(delivery: Delivery, send: () => void): Delivered {
    const active = this.active()
    const whole = active
      .filter((fault) => fault.takesEvent(delivery))
      .reduceRight<() => Delivered>(
        (next, fault) => () => fault.event?.strike(delivery, next) ?? next(),
        () => {
          send()
          return 'sent'
        },
      )
    const delivered = whole()
    for (const fault of active) fault.event?.passed?.(delivery)
    return delivered
  }

  acceptsToken(): boolean {
    return !this.active().some((fault) => fault.behaviour.refusesToken === true && fault.isOn())
  }

  onResume(_sessionId: string): 'accept' | 'refuse' {
    return this.active().some((fault) => fault.behaviour.refusesResume === true && fault.takesTurn())
      ? 'refuse'
      : 'accept'
  }

  acknowledgesHeartbeat(_sessionId: string): boolean {
    return !this.active().some((fault) => fault.behaviour.ignoresHeartbeats === true && fault.takesTurn())
  }

  #interrupt(fault: ActiveFault): void {
    const { request } = fault
    if (!fault.inFlight || !request?.interrupt) return
    for (const { hit, order } of this.open)
      if (fault.takesRequest(hit.facts, order, () => request.accepts?.(hit) ?? true)) request.interrupt(hit)
  }

  #handle(fault: ActiveFault): FaultHandle<'hold'> {
    return {
      id: fault.id,
      kind: fault.kind as 'hold',
      get strikes() {
        return fault.strikes
      },
      struck: (times) => fault.struck(times),
      remove: () => this.remove(fault.id),
      release: () => fault.behaviour.release?.() ?? 0,
    }
  }
}
