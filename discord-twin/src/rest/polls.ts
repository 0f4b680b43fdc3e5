import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Polls in messages. */
export function pollRoutes(_app: FastifyInstance, _context: TwinContext): void {}
