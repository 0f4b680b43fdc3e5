import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Roles of a guild. */
export function roleRoutes(_app: FastifyInstance, _context: TwinContext): void {}
