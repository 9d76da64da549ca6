import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { otherCalls } from './otherCalls.ts'
import { problemAnswer } from './problemSchema.ts'
import type { Route } from './route.ts'

/** The contract as OpenAPI 3.1, made from the schemas that check the requests. */
export function openApi(routes: readonly Route[], publicUrl: string): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {}
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) }
  Object.assign(paths, otherCalls)
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Custom actions',
      version: '1.0.0',
      description:
        'Messages that a practice writes once and each patient gets at the right moment. Instants are ISO 8601 UTC, lists are ' +
        '`{ items, nextCursor }`, errors are `application/problem+json`. POST takes `Idempotency-Key`; edits of what has a ' +
        '`version` carry it in `If-Match`.',
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }, { session: [] }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'session' },
        ehrSource: { type: 'apiKey', in: 'header', name: 'X-Source-Id' },
        ehrSecret: { type: 'http', scheme: 'bearer', description: 'The secret of the source.' },
        ehrSignature: { type: 'apiKey', in: 'header', name: 'X-Hub-Signature-256' },
      },
    },
    paths,
  })
}

function operation(route: Route): ZodOpenApiOperationObject {
  const status = route.response ? String(route.status ?? 200) : '204'
  const header = headersOf(route)
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: `Role: ${route.role} or more.`,
    tags: [route.tag],
    requestParams: {
      ...(route.params ? { path: asObject(route.params) } : {}),
      ...(route.query ? { query: asObject(route.query) } : {}),
      ...(header ? { header } : {}),
    },
    ...(route.body ? { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } } : {}),
    responses: {
      [status as '200']: route.response
        ? { description: 'Done.', content: { 'application/json': { schema: route.response } } }
        : { description: 'Done.' },
      default: problemAnswer,
    },
  }
}

function headersOf(route: Route): z.ZodObject | null {
  if (route.method === 'post') return z.object({ 'Idempotency-Key': z.string().max(255).optional() })
  if (route.versioned === true)
    return z.object({ 'If-Match': z.string().meta({ description: 'The version edited, e.g. "3".' }) })
  return null
}

/** Parameters are always objects; the table has forgotten so. */
function asObject(schema: z.ZodType): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema
  throw new Error('parameters of a route must be a z.object')
}

/** `get /api/custom-actions/{id}/versions` → `getCustomActionsIdVersions`. */
function operationId(route: Route): string {
  const words = route.path
    .replace(/^\/api/, '')
    .split(/[^a-zA-Z]+/)
    .filter(Boolean)
  return route.method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
