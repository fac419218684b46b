// Graph, as its user sees it. Ids are the immutable ones throughout; a token that Graph refuses is replaced once.
import { randomUUID } from 'node:crypto'
import { type UpstreamAnswer, upstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { graphErrorFrom } from './graph-error.ts'
import { openTurns } from './turns.ts'

export type Graph = {
  /** A path below the version, or an address that Graph gave, such as that of a next page. */
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
  patch(path: string, body: unknown): Promise<unknown>
  delete(path: string): Promise<void>
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
}

export type TokenSource = {
  /** `insteadOf`: this one was refused, another is needed. */
  current(insteadOf?: string): Promise<string>
  /** Graph refuses even a token that is fresh. Throws. */
  refused(error: UpstreamError): Promise<never>
}

export type GraphOptions = { graphUrl: string; tokens: TokenSource; mailboxId: string }

type Call = { method: string; path: string; body?: unknown }

/** Mails may hold 30 MB of text; whatever is larger is not read. */
const largestJsonBytes = 64 * 1024 * 1024
const turns = openTurns()
const paused = 'paused-as-asked'

export function graphFor({ graphUrl, tokens, mailboxId }: GraphOptions): Graph {
  const ask = async (call: Call): Promise<{ answer: UpstreamAnswer; giveBack: () => void }> => {
    const url = addressOf(graphUrl, call.path)
    const token = await tokens.current()
    const giveBack = await turns.take(mailboxId)
    try {
      refuseWhilePaused(mailboxId)
      const first = await send(graphUrl, url, call, token)
      if (first.status !== 401) return { answer: await accepted(first), giveBack }
      await first.text()
      const second = await send(graphUrl, url, call, await tokens.current(token))
      if (second.status === 401) return await tokens.refused(await refusal(second))
      return { answer: await accepted(second), giveBack }
    } catch (error) {
      giveBack()
      if (error instanceof UpstreamError && error.retryAfterSeconds !== undefined && error.code !== paused)
        turns.pause(mailboxId, error.retryAfterSeconds)
      throw error
    }
  }

  const json = async (call: Call): Promise<unknown> => {
    const { answer, giveBack } = await ask(call)
    try {
      const text = await answer.text(largestJsonBytes)
      return text === '' ? undefined : parsed(text)
    } finally {
      giveBack()
    }
  }

  return {
    get: (path) => json({ method: 'GET', path }),
    post: (path, body) => json({ method: 'POST', path, body }),
    patch: (path, body) => json({ method: 'PATCH', path, body }),
    async delete(path) {
      await json({ method: 'DELETE', path })
    },
    async stream(path) {
      const { answer, giveBack } = await ask({ method: 'GET', path })
      return givingBack(answer.bytes(), giveBack)
    },
  }
}

/** As Graph would answer, without asking it. */
function refuseWhilePaused(mailboxId: string): void {
  const retryAfterSeconds = turns.pausedFor(mailboxId)
  if (retryAfterSeconds > 0) throw new UpstreamError('graph', { status: 429, code: paused, retryAfterSeconds })
}

/** Nothing above the version is ours to ask, and nothing on another host: see `allowedOrigin`. */
function addressOf(graphUrl: string, path: string): string {
  if (!/^https?:/i.test(path)) return `${graphUrl}${path}`
  if (path.startsWith(`${graphUrl}/`)) return path
  throw new UpstreamError('graph', { status: 0, code: 'wrong-host' })
}

function send(graphUrl: string, url: string, { method, body }: Call, token: string): Promise<UpstreamAnswer> {
  return upstreamRequest({
    service: 'graph',
    method,
    url,
    allowedOrigin: graphUrl,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, */*;q=0.5',
      prefer: 'IdType="ImmutableId"',
      'client-request-id': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
}

async function accepted(answer: UpstreamAnswer): Promise<UpstreamAnswer> {
  if (answer.status >= 200 && answer.status < 300) return answer
  throw await refusal(answer)
}

const refusal = async (answer: UpstreamAnswer) => graphErrorFrom({ ...answer, text: await answer.text() }, new Date())

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Cut off on its way, or no answer of Graph's at all: a proxy in between may say anything.
    throw new UpstreamError('graph', { status: 0, code: 'no-json' })
  }
}

async function* givingBack(bytes: AsyncIterable<Uint8Array>, giveBack: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } finally {
    giveBack()
  }
}
