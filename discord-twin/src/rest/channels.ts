import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Creating, changing and deleting channels, permission overwrites, typing. */
export function channelRoutes(_app: FastifyInstance, _context: TwinContext): void {}
