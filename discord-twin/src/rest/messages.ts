import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { createRoutes } from './messages/create.ts'
import { deleteRoutes } from './messages/delete.ts'
import { editRoutes } from './messages/edit.ts'
import { listRoutes } from './messages/list.ts'
import { refreshRoutes } from './messages/refresh.ts'

/** Messages and the addresses of their files. */
export function messageRoutes(app: FastifyInstance, context: TwinContext): void {
  listRoutes(app, context)
  createRoutes(app, context)
  editRoutes(app, context)
  deleteRoutes(app, context)
  refreshRoutes(app, context)
}
