// The API's description (OpenAPI 3.1), printed from the same table that mounts the routes.
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi'
import { operations, type Operation } from '../../contract/operations.ts'
import { problem } from '../../contract/problem.ts'
import { liveEvent } from '../../contract/run.ts'

export function openApiDocument(publicUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(name, operation) }
  }
  for (const [path, [summary, type, isOpen]] of Object.entries(others))
    paths[path] = { get: { ...describeOther(summary, type, isOpen), ...parametersOf(path) } }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Mailboard', version: '1', description: 'What the taskpane asks of the server.' },
    servers: [{ url: publicUrl }],
    security: [{ entra: [] }],
    components: { securitySchemes: { entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    paths,
  })
}

/** Routes that do not exchange JSON, or that need no sign-in. */
const others: Record<string, [summary: string, contentType: string, isOpen: boolean]> = {
  '/api/events': ['What changed, as it happens: { kind, id } alone', 'text/event-stream', false],
  '/approve/{tenantId}': ['What an administrator approves for their organisation, and the way to Microsoft', 'text/html', true],
  '/files/{secret}': ['A file against its ticket, once', 'application/octet-stream', true],
  '/healthz': ['The process is alive', 'application/json', true],
  '/readyz': ['All parts are reached; with for=notifications those that notifications need', 'application/json', true],
  '/metrics': ['What has been counted', 'text/plain', true],
  '/manifest.xml': ['The manifest of the add-in', 'application/xml', true],
}

const parametersOf = (path: string): Pick<ZodOpenApiOperationObject, 'parameters'> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return names.length === 0 ? {} : { parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })) }
}

const describeOther = (summary: string, contentType: string, isOpen: boolean): ZodOpenApiOperationObject => ({
  summary,
  ...(isOpen ? { security: [] } : {}),
  responses: {
    200: { description: summary, content: { [contentType]: contentType === 'text/event-stream' ? { schema: liveEvent } : {} } },
    default: { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema: problem } } },
  },
})

function describeOperation(operationId: string, operation: Operation): ZodOpenApiOperationObject {
  const { params, query, body, answer, status, versioned } = operation
  return {
    operationId,
    summary: operation.summary,
    ...(params || query ? { requestParams: { ...(params && { path: params }), ...(query && { query }) } } : {}),
    ...(versioned ? { parameters: [{ name: 'If-Match', in: 'header', required: false, schema: { type: 'string' } }] } : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      [status]: { description: operation.summary, ...(answer ? { content: { 'application/json': { schema: answer } } } : {}) },
      default: { description: 'A problem (RFC 9457)', content: { 'application/problem+json': { schema: problem } } },
    },
  }
}
