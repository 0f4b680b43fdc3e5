import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** People who use commands, buttons and forms of the application. */
export function interactionControlRoutes(_app: FastifyInstance, _context: TwinContext): void {}
