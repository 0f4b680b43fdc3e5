import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'

/** Answers to interactions. */
export function interactionRoutes(_app: FastifyInstance, _context: TwinContext): void {}
