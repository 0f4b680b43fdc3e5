import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Search through the messages of a guild. */
export function searchRoutes(_app: FastifyInstance, _context: TwinContext): void {}
