import type { FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { Application } from '../context.ts'
import type { Clock } from '../clock.ts'
import type { Tokens } from '../oauth/tokens.ts'
import type { World } from '../world/world.ts'
import type { Delivered, Delivery, GatewayActions } from './gateway-hooks.ts'
import type { RequestFacts } from './request-facts.ts'
import { selectors, type SelectorName } from './selectors.ts'

/** What faults know of the twin. */
export type FaultScope = { world: World; clock: Clock; tokens: Tokens; application: Application }

/** What a fault that is switched on may use. */
export type FaultTools = FaultScope & {
  /** The gateway; null before it is there. */
  gateway: () => GatewayActions | null
  /** A number from 0 to below 1 that follows from the seed. */
  random: () => number
  /** Counts a strike that is neither of a request nor of an event. */
  countStrike: () => void
  /** Waits; ends early when the fault ends. */
  sleep: (milliseconds: number) => Promise<void>
}

/** An answer in place of the right one. */
export type Answer = { status: number; headers?: Record<string, string | number>; body: string }

/** A request that is struck. `payload` is the right answer, and undefined at arrival. */
export type Hit = { facts: RequestFacts; request: FastifyRequest; reply: FastifyReply; payload: unknown }

/** What a strike made of a request: another answer, another body, a socket it took over, or nothing that is sent. */
export type Outcome = { answer: Answer } | { payload: unknown } | 'taken' | undefined

/** What a fault does with requests. */
export type RequestFault = {
  /** `arrival`: before anything happened; `answer`: what was asked for is done, and the answer is about to be sent. */
  stage: 'arrival' | 'answer'
  /** The only routes it makes sense for. */
  only?: readonly string[]
  /** Whether this request can be struck, after everything else matched. */
  accepts?: (hit: Hit) => boolean
  /** Told of each request that matches, before it is decided whether it is struck. */
  seen?: (facts: RequestFacts) => void
  /** What counts as one: after the first request with a key, all others with it fare like it and are not counted. */
  oncePer?: (facts: RequestFacts) => string | null
  strike: (hit: Hit) => Outcome | Promise<Outcome>
  /** Strikes a request in flight at once, instead of when it is answered. */
  interrupt?: (hit: Hit) => void
}

/** What a fault does with events. */
export type EventFault = {
  /** Whether this event can be struck, after everything else matched. */
  accepts?: (delivery: Delivery) => boolean
  strike: (delivery: Delivery, next: () => Delivered) => Delivered
  /** Told of each event after it was delivered, struck or not. */
  passed?: (delivery: Delivery) => void
}

/** What a fault does while it is switched on. */
export type Behaviour = {
  request?: RequestFault
  event?: EventFault
  /** Whether a session may be resumed; counted as a strike when not. */
  refusesResume?: boolean
  /** Whether heartbeats stay without answer; counted as a strike each time. */
  ignoresHeartbeats?: boolean
  /** Whether the gateway refuses the bot's token. */
  refusesToken?: boolean
  /** Its time begins. */
  begin?: () => void
  /** Its time is over, or it was removed. */
  end?: () => void
  /** Lets go what it holds; returns how much that was. */
  release?: () => number
}

/** A kind of fault. */
export type FaultDefinition<Kind extends string, Schema extends z.ZodObject> = {
  kind: Kind
  /** One sentence: what a client meets. */
  doc: string
  selector: SelectorName
  /** Names of the options that only this kind has. */
  own: readonly string[]
  schema: Schema
  create: (options: z.output<Schema>, tools: FaultTools) => Behaviour
}

/** Any kind of fault, for lists. */
export type AnyFaultDefinition = Omit<FaultDefinition<string, z.ZodObject>, 'create'> & {
  create: (options: never, tools: FaultTools) => Behaviour
}

type SchemaOf<Kind extends string, Selector extends SelectorName, Shape extends z.ZodRawShape> = z.ZodObject<
  Omit<(typeof selectors)[Selector], keyof Shape> & Shape & { kind: z.ZodLiteral<Kind> },
  z.core.$strict
>

/** Defines a kind of fault: its selectors and options become one strict schema. */
export function defineFault<
  const Kind extends string,
  const Selector extends SelectorName,
  Shape extends z.ZodRawShape,
>(definition: {
  kind: Kind
  doc: string
  strikes: Selector
  options: Shape
  create: (options: z.output<SchemaOf<Kind, Selector, Shape>>, tools: FaultTools) => Behaviour
}): FaultDefinition<Kind, SchemaOf<Kind, Selector, Shape>> {
  const { kind, doc, strikes, options, create } = definition
  const schema = z.strictObject({ kind: z.literal(kind), ...options, ...without(selectors[strikes], options) })
  return {
    kind,
    doc,
    selector: strikes,
    own: Object.keys(options),
    schema: schema as unknown as SchemaOf<Kind, Selector, Shape>,
    create,
  }
}

function without(shape: z.ZodRawShape, other: z.ZodRawShape): z.ZodRawShape {
  return Object.fromEntries(Object.entries(shape).filter(([name]) => !(name in other)))
}
