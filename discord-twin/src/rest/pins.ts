import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Pinned messages. */
export function pinRoutes(_app: FastifyInstance, _context: TwinContext): void {}
