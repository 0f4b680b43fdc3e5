import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Members of a guild. */
export function memberRoutes(_app: FastifyInstance, _context: TwinContext): void {}
