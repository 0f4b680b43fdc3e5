import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Faults that are switched from outside. */
export function faultRoutes(_app: FastifyInstance, _context: TwinContext): void {}
