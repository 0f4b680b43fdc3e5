import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Threads, their lists and members. */
export function threadRoutes(_app: FastifyInstance, _context: TwinContext): void {}
