// The API as a pane calls it: typed by contract/, with every answer checked against it. Like a pane, it repeats reads when the server says
// when (503 with Retry-After): on a busy machine, Entra's keys may be fetched late.
import { setTimeout as wait } from 'node:timers/promises'
import type { z } from 'zod'
import { operations, type Operation, type OperationName } from '../../contract/operations.ts'
import { problem, type ProblemBody } from '../../contract/problem.ts'

type Answer<Name extends OperationName> = (typeof operations)[Name] extends { answer: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : void
type Given = { params?: Record<string, string>; query?: Record<string, string>; body?: unknown; headers?: Record<string, string> }
export type Reply = { status: number; headers: Headers; body: unknown; text: string }

export type Api = {
  call<Name extends OperationName>(name: Name, given?: Given): Promise<Answer<Name>>
  /** The problem that answers this call; a success fails the test. */
  problemOf(name: OperationName, given?: Given): Promise<ProblemBody>
  request(method: string, path: string, given?: { body?: unknown; raw?: string | Buffer; headers?: Record<string, string> }): Promise<Reply>
}

const mostTries = 5
const longestWaitSeconds = 5

export function apiClient(url: string, accessToken: () => string | Promise<string>): Api {
  const request: Api['request'] = async (method, path, { body, raw, headers = {} } = {}) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${await accessToken()}`,
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: typeof content === 'string' ? content : new Uint8Array(content) }),
    })
    const text = await answer.text()
    const json = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, text, body: json ? JSON.parse(text) : undefined }
  }

  const send = (name: OperationName, { params = {}, query, body, headers }: Given = {}) => {
    const { method, path }: Operation = operations[name]
    const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(params[key] ?? ''))
    const search = query ? `?${new URLSearchParams(query)}` : ''
    return request(method.toUpperCase(), `${filled}${search}`, { body, ...(headers ? { headers } : {}) })
  }

  return {
    request,
    async call(name, given) {
      const operation: Operation = operations[name]
      let reply = await send(name, given)
      for (let tries = 1; tries < mostTries && operation.method === 'get' && reply.status === 503; tries += 1) {
        const seconds = Number(reply.headers.get('retry-after') ?? Number.NaN)
        if (!(seconds <= longestWaitSeconds)) break
        await wait(seconds * 1000)
        reply = await send(name, given)
      }
      if (reply.status !== operation.status) throw new Error(`${name} was answered ${reply.status}: ${reply.text.slice(0, 1000)}`)
      return operation.answer?.parse(reply.body) as Answer<typeof name>
    },
    async problemOf(name, given) {
      const reply = await send(name, given)
      if (reply.status < 400) throw new Error(`${name} was answered ${reply.status}, a problem was expected.`)
      return problemFrom(reply)
    },
  }
}

/** An ID that does not exist. */
export const nowhere = '00000000-0000-4000-8000-000000000000'

/** The address of an operation on something that does not exist. */
export const pathTo = (path: string) => path.replace('{provider}', 'microsoft').replaceAll(/\{\w+\}/g, nowhere)

/** A problem repeats the status line. */
export function problemFrom(reply: Reply): ProblemBody {
  const type = reply.headers.get('content-type') ?? ''
  if (!type.startsWith('application/problem+json')) throw new Error(`${reply.status} came as ${type}: ${reply.text.slice(0, 300)}`)
  const found = problem.parse(reply.body)
  if (found.status !== reply.status) throw new Error(`The problem says ${found.status}, the status line ${reply.status}.`)
  return found
}
