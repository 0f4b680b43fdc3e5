import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Webhooks, and messages through them. */
export function webhookRoutes(_app: FastifyInstance, _context: TwinContext): void {}
