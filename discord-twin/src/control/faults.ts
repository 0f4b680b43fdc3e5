import type { FastifyInstance } from 'fastify'
import type { TwinContext } from '../context.ts'
import { UnknownThing } from '../world/unknown-thing.ts'

type ById = { Params: { id: string } }

/** Faults that are switched from outside. */
export function faultRoutes(app: FastifyInstance, { faults }: TwinContext): void {
  app.get('/faults/kinds', () => faults.kinds())
  app.get('/faults', () => faults.list())
  app.post('/faults', (request, reply) => reply.code(201).send(faults.addUnknown(request.body).listed()))
  app.post('/faults/presets/rough-day', (request, reply) =>
    reply.code(201).send(faults.addRoughDay(request.body ?? {}).map(({ id }) => faults.find(id)?.listed())),
  )
  app.post<ById>('/faults/:id/release', (request) => ({
    released: required(faults.find(request.params.id), request.params.id).behaviour.release?.() ?? 0,
  }))
  app.delete('/faults', (_request, reply) => {
    faults.removeAll()
    return reply.code(204).send()
  })
  app.delete<ById>('/faults/:id', (request, reply) => {
    if (!faults.remove(request.params.id)) throw unknownFault(request.params.id)
    return reply.code(204).send()
  })
}

function required<Thing>(thing: Thing | undefined, id: string): Thing {
  if (thing === undefined) throw unknownFault(id)
  return thing
}

function unknownFault(id: string): UnknownThing {
  return new UnknownThing(`There is no fault ${id}.`)
}
