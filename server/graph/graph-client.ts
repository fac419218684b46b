// Graph, as its user sees it. Ids are the immutable ones throughout; a token that Graph refuses is replaced once. Each call
// is in the access log before it leaves.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { MailboxCall, Purpose } from '../../contract/access-log.ts'
import type { Outcome, Recorded } from '../ledger/ledger.ts'
import { type UpstreamAnswer, upstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { graphErrorFrom } from './graph-error.ts'
import { mailboxCallFrom } from './mailbox-call.ts'
import { nextPage } from './next-page.ts'
import { openTurns } from './turns.ts'

export type Graph = {
  /** `path` is below the version. */
  get(path: string): Promise<unknown>
  /** The path of the page that follows that of `asked`, by the link that Graph gave with it. */
  next(asked: string, link: string | undefined): string | undefined
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

export type OpenMailbox = (connectionId: string, purpose: Purpose) => Graph

export type GraphOptions = {
  graphUrl: string
  tokens: TokenSource
  mailboxId: string
  purpose: Purpose
  /** Resolves when the access log holds the call: before that it does not leave. */
  record: (call: MailboxCall) => Promise<Recorded>
}

type Call = { method: string; path: string; body?: unknown }
type Sent = { answer: UpstreamAnswer; recorded: Recorded }
type Asked = Sent & { giveBack: () => void }

/** Mails may hold 30 MB of text; whatever is larger is not read. */
export const largestJsonBytes = 64 * 1024 * 1024
const turns = openTurns()
const paused = 'paused-as-asked'

export function graphFor({ graphUrl, tokens, mailboxId, purpose, record }: GraphOptions): Graph {
  const ask = async (call: Call): Promise<Asked> => {
    const url = `${graphUrl}${call.path}`
    const named = { ...mailboxCallFrom(call.method, call.path), purpose }
    const sendRecorded = async (token: string): Promise<Sent> => {
      const recorded = await record(named)
      try {
        return { answer: await send(graphUrl, url, call, token), recorded }
      } catch (error) {
        recorded(noAnswer)
        throw error
      }
    }
    const token = await tokens.current()
    const giveBack = await turns.take(mailboxId)
    try {
      refuseWhilePaused(mailboxId)
      const first = await sendRecorded(token)
      if (first.answer.status !== 401) return { ...(await accepted(first)), giveBack }
      first.recorded({ status: 401, foundNothing: false })
      await first.answer.text()
      const second = await sendRecorded(await tokens.current(token))
      if (second.answer.status !== 401) return { ...(await accepted(second)), giveBack }
      second.recorded({ status: 401, foundNothing: false })
      return await tokens.refused(await refusal(second.answer))
    } catch (error) {
      giveBack()
      if (error instanceof UpstreamError && error.retryAfterSeconds !== undefined && error.code !== paused)
        turns.pause(mailboxId, error.retryAfterSeconds)
      throw error
    }
  }

  const json = async (call: Call): Promise<unknown> => {
    const { answer, recorded, giveBack } = await ask(call)
    let outcome: Outcome = noAnswer
    try {
      const text = await answer.text(largestJsonBytes)
      const body = text === '' ? undefined : parsed(text)
      outcome = { status: answer.status, foundNothing: isEmptyList(body) }
      return body
    } finally {
      recorded(outcome)
      giveBack()
    }
  }

  return {
    get: (path) => json({ method: 'GET', path }),
    next: (asked, link) => nextPage(graphUrl, asked, link),
    post: (path, body) => json({ method: 'POST', path, body }),
    patch: (path, body) => json({ method: 'PATCH', path, body }),
    async delete(path) {
      await json({ method: 'DELETE', path })
    },
    async stream(path) {
      const { answer, recorded, giveBack } = await ask({ method: 'GET', path })
      recorded({ status: answer.status, foundNothing: false })
      return givingBack(answer.bytes(), giveBack)
    },
  }
}

/** As Graph would answer, without asking it. */
function refuseWhilePaused(mailboxId: string): void {
  const retryAfterSeconds = turns.pausedFor(mailboxId)
  if (retryAfterSeconds > 0) throw new UpstreamError('graph', { status: 429, code: paused, retryAfterSeconds })
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

async function accepted(sent: Sent): Promise<Sent> {
  const { status } = sent.answer
  if (status >= 200 && status < 300) return sent
  sent.recorded({ status, foundNothing: false })
  throw await refusal(sent.answer)
}

const refusal = async (answer: UpstreamAnswer) => graphErrorFrom({ ...answer, text: await answer.text() }, new Date())

const noAnswer: Outcome = { status: 0, foundNothing: false }

const isEmptyList = (body: unknown): boolean => emptyList.safeParse(body).success
const emptyList = z.object({ value: z.tuple([]), '@odata.nextLink': z.undefined().optional() })

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
