// The API's description (OpenAPI 3.1), printed from the same table that mounts the routes.
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi'
import { operations, type Operation } from '../../contract/operations.ts'
import { problem } from '../../contract/problem.ts'

export function openApiDocument(publicUrl: string) {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(name, operation) }
  }
  return createDocument({
    openapi: '3.1.1',
    info: { title: 'Mailboard', version: '1', description: 'What the taskpane asks of the server.' },
    servers: [{ url: publicUrl }],
    security: [{ entra: [] }],
    components: { securitySchemes: { entra: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    paths,
  })
}

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
