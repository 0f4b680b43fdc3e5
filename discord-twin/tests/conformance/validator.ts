import * as z from 'zod'
import { documentedRoutes, type JsonSchema } from '../../src/coverage/document.ts'
import type { Exchange } from '../../src/index.ts'
import { extraRoutes } from './exceptions.ts'
import { issuesOf } from './issues.ts'
import { queryIssues } from './query.ts'
import { component, toZod } from './schemas.ts'

type Rules = { request: z.core.$ZodType | null; responses: Map<number, z.core.$ZodType | null>; error: z.core.$ZodType }

const cache = new Map<string, Rules | null>()

/** What is wrong with an exchange by Discord's OpenAPI document; nothing for one that a fault changed. */
export function exchangeViolations(exchange: Exchange): string[] {
  if (exchange.faulted) return []
  const { method, route, url, status } = exchange
  const found = violations(exchange)
  return found.map((sentence) => `${method} ${route ?? url} -> ${status}: ${sentence}`)
}

function violations(exchange: Exchange): string[] {
  const { method, route, query, requestBody, status, responseBody } = exchange
  if (status >= 500) return ['the twin failed']
  // In Discord's place Cloudflare refuses with a page (the documentation of rate limits: such an answer has no `via`).
  if (status === 429 && 'cf-ray' in exchange.headers) return typeof responseBody === 'string' ? [] : ['not a page']
  if (status === 429) return issuesOf(component('RatelimitedResponse'), responseBody, 'answer')
  const name = `${method} ${route ?? ''}`
  const rules = route === null ? null : rulesOf(method, route)
  if (status >= 400) return issuesOf(rules?.error ?? component('ErrorResponse'), responseBody, 'answer')
  if (!rules) return [`neither Discord's document nor the list of extra routes knows ${name}`]
  return [
    ...requestIssues(rules, requestBody),
    ...(documentedRoutes[route ?? '']?.[method] ? queryIssues(documentedRoutes[route ?? '']![method]!, query) : []),
    ...responseIssues(rules, status, responseBody),
  ]
}

function requestIssues({ request }: Rules, body: unknown): string[] {
  return request ? issuesOf(request, body ?? {}, 'request').map((issue) => `request ${issue}`) : []
}

function responseIssues({ responses }: Rules, status: number, body: unknown): string[] {
  const schema = responses.get(status)
  if (schema === undefined) return [`the status should be one of ${[...responses.keys()].join(', ')}`]
  if (schema === null) return body === undefined ? [] : ['there should be no body']
  return issuesOf(schema, body, 'answer').map((issue) => `response ${issue}`)
}

function rulesOf(method: string, route: string): Rules | null {
  const name = `${method} ${route}`
  const known = cache.get(name)
  if (known !== undefined) return known
  const rules = documentedRules(method, route) ?? extraRules(name)
  cache.set(name, rules)
  return rules
}

function documentedRules(method: string, route: string): Rules | null {
  const operation = documentedRoutes[route]?.[method]
  return (
    (operation && {
      request: operation.request ? toZod(operation.request) : null,
      responses: toResponses(operation.responses),
      error: component('ErrorResponse'),
    }) ??
    null
  )
}

function toResponses(responses: Record<string, JsonSchema | null>): Rules['responses'] {
  return new Map(Object.entries(responses).map(([status, json]) => [Number(status), json && toZod(json)]))
}

function extraRules(name: string): Rules | null {
  const extra = extraRoutes[name]
  return extra
    ? {
        request: extra.request,
        responses: new Map(Object.entries(extra.responses).map(([status, schema]) => [Number(status), schema])),
        error: extra.error ?? component('ErrorResponse'),
      }
    : null
}
