// One mailbox owner's Graph. Ids are immutable ones in every answer. A token that Graph refuses is refreshed once; what is
// refused again is thrown as it came.
import { randomUUID } from 'node:crypto'
import { demandOrigin, requestJson, requestStream, type UpstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

/** Paths are relative to GRAPH_URL; a link that Graph gave is taken as it is. Ids in them are encoded by who writes the path. */
export type Graph = {
  get(path: string, options?: GraphOptions): Promise<unknown>
  post(path: string, body?: unknown, options?: GraphOptions): Promise<unknown>
  patch(path: string, body: unknown, options?: GraphOptions): Promise<unknown>
  delete(path: string): Promise<void>
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
}

type GraphOptions = { prefer?: string[] }

export type GraphSettings = {
  graphUrl: string
  accessToken: (options?: { forceRefresh?: boolean }) => Promise<string>
}

export function graphFor(settings: GraphSettings): Graph {
  const json = (method: UpstreamRequest['method'], path: string, body?: unknown, options: GraphOptions = {}) =>
    authorized(settings, { method, path, ...options, ...(body === undefined ? {} : { body }) }, requestJson)
  return {
    get: (path, options) => json('GET', path, undefined, options),
    post: (path, body, options) => json('POST', path, body, options),
    patch: (path, body, options) => json('PATCH', path, body, options),
    delete: async (path) => void (await json('DELETE', path)),
    stream: (path) => authorized(settings, { method: 'GET', path }, requestStream),
  }
}

type Call = { method: UpstreamRequest['method']; path: string; body?: unknown; prefer?: string[] }

async function authorized<Answer>(
  { graphUrl, accessToken }: GraphSettings,
  { method, path, body, prefer = [] }: Call,
  send: (request: UpstreamRequest) => Promise<Answer>,
): Promise<Answer> {
  const url = /^[a-z][a-z\d+.-]*:/i.test(path) ? path : `${graphUrl}${path}`
  // Ahead of the token: a link to somewhere else must not even make us fetch one.
  demandOrigin(url, graphUrl, 'graph')
  const attempt = async (token: string) => {
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json, */*;q=0.1',
      prefer: ['IdType="ImmutableId"', ...prefer].join(', '),
      'client-request-id': randomUUID(),
    }
    return send({ service: 'graph', method, url, origin: graphUrl, headers, ...(body === undefined ? {} : { body }) })
  }
  try {
    return await attempt(await accessToken())
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.service !== 'graph' || error.status !== 401) throw error
    return attempt(await accessToken({ forceRefresh: true }))
  }
}
