import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Application commands. */
export function commandRoutes(_app: FastifyInstance, _context: TwinContext): void {}
