// monday.com, as one of its users sees it: a document from the table, its variables, and what came back, or a MondayError. A mutation
// carries its key; what the service says of its limits is obeyed by all who call it for this connection.
import type { UpstreamError } from '../../upstream/upstream-error.ts'
import { type UpstreamAnswer, upstreamRequest } from '../../upstream/request.ts'
import { type AnswerTo, apiVersion, type DocumentName, documents } from './documents.ts'
import { usedUpFor } from './rate-limit-header.ts'
import { MondayError, mondayErrorFrom } from './monday-error.ts'
import type { Pauses } from './pauses.ts'

/** A person's standing permission at monday.com. */
export type MondayConnection = {
  id: string
  /** `insteadOf`: this one was refused, another is needed. */
  accessToken(insteadOf?: string): Promise<string>
  /** Even a token that is fresh is refused. Throws. */
  refused(error: UpstreamError): Promise<never>
}

export type Monday = {
  query<Name extends DocumentName>(name: Name, variables: Record<string, unknown>): Promise<AnswerTo<Name>>
  /** `key` stays the same for a call and its repetitions. */
  mutate<Name extends DocumentName>(name: Name, variables: Record<string, unknown>, key: string): Promise<AnswerTo<Name>>
}

export type MondayOptions = { apiUrl: string; connection: MondayConnection; pauses: Pauses; now?: () => Date }

/** The service itself gives up after 60 s: until then it may still do what it was asked. */
const timeoutMs = 70_000
const largestBytes = 8 * 1024 * 1024

export function mondayFor({ apiUrl, connection, pauses, now = () => new Date() }: MondayOptions): Monday {
  const ask = async <Name extends DocumentName>(name: Name, variables: Record<string, unknown>, key?: string): Promise<AnswerTo<Name>> => {
    const body = JSON.stringify({ query: documents[name].text, variables })
    await pauses.refuseWhilePaused(connection.id)
    const token = await connection.accessToken()
    const first = await answerTo(body, token, key)
    const answer = isRefusedToken(first) ? await answerTo(body, await connection.accessToken(token), key) : first
    if (isRefusedToken(answer)) return connection.refused(answer)
    if (answer instanceof MondayError) {
      if (isTold(answer)) await pauses.pause(connection.id, answer.reaction, answer.retryAfterSeconds)
      throw answer
    }
    const parsed = documents[name].answer.safeParse(answer)
    // What it says is not what was asked for: of a mutation nobody knows what became of it.
    if (!parsed.success) throw new MondayError('unclear', { status: 502, code: 'unexpected-answer' })
    return parsed.data as AnswerTo<Name>
  }

  async function answerTo(body: string, token: string, key: string | undefined): Promise<unknown> {
    const answer = await upstreamRequest({
      service: 'monday',
      method: 'POST',
      url: apiUrl,
      allowedOrigin: apiUrl,
      // The token stands there raw, without a scheme (https://developer.monday.com/api-reference/docs/authentication).
      headers: { authorization: token, 'content-type': 'application/json', 'api-version': apiVersion, ...keyed(key) },
      body,
      timeoutMs,
    })
    const said = await bodyOf(answer)
    const usedUp = usedUpFor(answer.headers.get('ratelimit'))
    if (usedUp !== undefined) await pauses.pause(connection.id, 'wait', usedUp)
    const data = dataOf(said)
    if (answer.status === 200 && isDone(data, key)) return data
    return mondayErrorFrom({ status: answer.status, headers: answer.headers, body: said }, now()) ?? data
  }

  return { query: (name, variables) => ask(name, variables), mutate: ask }
}

const keyed = (key: string | undefined) => (key === undefined ? {} : { 'idempotency-key': key })

/** Nothing but a limit is waited for by all; a board that is locked is a matter of its own. */
const isTold = (error: MondayError): error is MondayError & { reaction: 'wait' | 'park'; retryAfterSeconds: number } =>
  (error.reaction === 'park' || (error.reaction === 'wait' && error.code !== 'RESOURCE_LOCKED' && error.code !== 'HTTP 423')) &&
  error.retryAfterSeconds !== undefined

const isRefusedToken = (answer: unknown): answer is MondayError => answer instanceof MondayError && answer.reaction === 'token'

async function bodyOf(answer: UpstreamAnswer): Promise<unknown> {
  const text = await answer.text(largestBytes)
  try {
    return JSON.parse(text)
  } catch {
    // A page of something in between, or half an answer.
    if (answer.status === 200) throw new MondayError('unclear', { status: 502, code: 'no-json' })
    return undefined
  }
}

const dataOf = (body: unknown): unknown => (typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined)

/** An error in what a mutation gives back undoes nothing of what it has done: its field is there then. */
const isDone = (data: unknown, key: string | undefined): boolean =>
  key !== undefined && typeof data === 'object' && data !== null && Object.values(data).some((field) => field !== null)
