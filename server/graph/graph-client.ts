// Graph for one user. All IDs are immutable ones. A token that Graph refuses is replaced once. Each call is in the access log
// before it is sent.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { MailboxCall, Purpose } from '../../contract/access-log.ts'
import { excessOf } from '../json-shape.ts'
import type { Outcome, Recorded } from '../access-log/access-log.ts'
import { type UpstreamAnswer, upstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { graphErrorFrom, noJson } from './graph-error.ts'
import { mailboxCallFrom } from './mailbox-call.ts'
import { nextPage } from './next-page.ts'
import { openTurns } from './turns.ts'

export type Graph = {
  /** `path` is below the version. */
  get(path: string): Promise<unknown>
  /** JSON that may be long, not yet parsed. `mayBeLarge`: see upstream/read-body.ts. */
  getLong(path: string, mayBeLarge: () => boolean): Promise<Buffer>
  /** The path of the next page after `asked`, from the link in Graph's answer. */
  next(asked: string, link: string | undefined): string | undefined
  post(path: string, body: unknown): Promise<unknown>
  patch(path: string, body: unknown): Promise<unknown>
  delete(path: string): Promise<void>
  stream(path: string): Promise<AsyncIterable<Uint8Array>>
}

export type TokenSource = {
  /** `insteadOf`: this token was refused, another is needed. */
  current(insteadOf?: string): Promise<string>
  /** Graph refuses even a fresh token. Throws. */
  refused(error: UpstreamError): Promise<never>
}

export type OpenMailbox = (connectionId: string, purpose: Purpose) => Graph

export type GraphOptions = {
  graphUrl: string
  tokens: TokenSource
  mailboxId: string
  purpose: Purpose
  /** Resolves when the call is in the access log: it must not be sent before. */
  record: (call: MailboxCall) => Promise<Recorded>
  /** Makes the call unless Graph has a cooldown, and observes its result. */
  guard?: <Result>(guarded: { work: () => Promise<Result>; isOfOneMail: boolean }) => Promise<Result>
}

type Call = { method: string; path: string; body?: unknown }
type Sent = { answer: UpstreamAnswer; recorded: Recorded }
type Asked = Sent & { giveBack: () => void }

export const largestJsonBytes = 8 * 1024 * 1024
/** A message may contain 30 MB of text, and more as JSON. Larger answers are not read. */
export const largestLongBytes = 64 * 1024 * 1024
const largeBytes = 1024 * 1024
const turns = openTurns()
const paused = 'paused-as-asked'

export function graphFor({ graphUrl, tokens, mailboxId, purpose, record, guard = unguarded }: GraphOptions): Graph {
  const ask = async (call: Call): Promise<Asked> => {
    const named = mailboxCallFrom(call.method, call.path)
    const token = await tokens.current()
    return guard({ work: () => askWith(token, call, { ...named, purpose }), isOfOneMail: named.messageId !== null })
  }
  const askWith = async (token: string, call: Call, named: MailboxCall): Promise<Asked> => {
    const url = `${graphUrl}${call.path}`
    const sendRecorded = async (token: string): Promise<Sent> => {
      const recorded = await record(named)
      try {
        return { answer: await send(graphUrl, url, call, token), recorded }
      } catch (error) {
        recorded(noAnswer)
        throw error
      }
    }
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

  const read = async <Body>(call: Call, readBody: (answer: UpstreamAnswer) => Promise<Body>): Promise<Body> => {
    const { answer, recorded, giveBack } = await ask(call)
    let outcome: Outcome = noAnswer
    try {
      const body = await readBody(answer)
      outcome = { status: answer.status, foundNothing: isEmptyList(body) }
      return body
    } finally {
      recorded(outcome)
      giveBack()
    }
  }

  const json = (call: Call): Promise<unknown> =>
    read(call, async (answer) => {
      const text = await answer.text(largestJsonBytes)
      return text === '' ? undefined : parsed(text)
    })

  return {
    get: (path) => json({ method: 'GET', path }),
    getLong: (path, mayBeLarge) =>
      read({ method: 'GET', path }, (answer) => answer.content({ largestBytes: largestLongBytes, largeBytes, mayBeLarge })),
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

const unguarded: NonNullable<GraphOptions['guard']> = ({ work }) => work()

/** The answer that Graph would give, without a call. */
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

/** A small answer is parsed fast enough, whatever it contains. */
const smallText = 256 * 1024
/** A page of a thousand messages, or about ten thousand attachments, has fewer values and names. */
const answerShape = { depth: 32, tokens: 200_000 }

function parsed(text: string): unknown {
  if (text.length > smallText && excessOf(Buffer.from(text), answerShape) !== undefined)
    throw new UpstreamError('graph', { status: 0, code: 'too-large' })
  try {
    return JSON.parse(text)
  } catch {
    throw noJson()
  }
}

async function* givingBack(bytes: AsyncIterable<Uint8Array>, giveBack: () => void): AsyncIterable<Uint8Array> {
  try {
    yield* bytes
  } finally {
    giveBack()
  }
}
