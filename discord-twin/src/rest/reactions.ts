import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Reactions on messages. */
export function reactionRoutes(_app: FastifyInstance, _context: TwinContext): void {}
