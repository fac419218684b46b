// Mounts the operations of contract/operations.ts: who asks, then what they sent, then the handler. Handlers get values
// that fit and return what the contract promises; problems are thrown.
import express, { type Express, type Request, type RequestHandler, type Response } from 'express'
import type { z } from 'zod'
import { type BodyLimits, bodyLimitsOf, deepestBody } from '../../contract/bodies.ts'
import { type Operation, type OperationName, operations } from '../../contract/operations.ts'
import { issuesFromZod } from '../../recipes/issue.ts'
import { excessOf } from '../json-shape.ts'
import { Problem } from '../problem.ts'
import type { Identity } from '../people/person.ts'
import type { Authenticate, Caller } from './authenticate.ts'
import type { CallLimit } from './call-limit.ts'
import { sendStreamed, type Streamed } from './streamed.ts'

type Operations = typeof operations
type Output<Value> = Value extends z.ZodType ? z.output<Value> : undefined
type Part<Name extends OperationName, Key extends string> = Operations[Name] extends Record<Key, infer Value> ? Output<Value> : undefined

type Asked<Name extends OperationName> = Caller & {
  params: Part<Name, 'params'>
  query: Part<Name, 'query'>
  body: Part<Name, 'body'>
  /** What If-Match says; undefined: the caller does not mind. */
  version: number | undefined
}

type Answer<Name extends OperationName> = Operations[Name] extends { streamed: true }
  ? Streamed
  : Operations[Name] extends { answer: infer Value }
    ? Value extends z.ZodType
      ? z.input<Value>
      : never
    : void

export type Handlers<Names extends OperationName> = { [Name in Names]: (asked: Asked<Name>) => Promise<Answer<Name>> }

export function mountOperations(app: Express, letInFor: LetIn, handlers: Handlers<OperationName>): void {
  const paths = new Map<string, string[]>()
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1')
    paths.set(path, [...(paths.get(path) ?? []), operation.method.toUpperCase()])
    const handler = handlers[name as OperationName] as (asked: unknown) => Promise<unknown>
    app[operation.method](path, letInFor(operation), readJson(name as OperationName, operation), async (request, response) => {
      const value = await handler({ ...callerOf(response), ...partsOf(operation, request) })
      if (operation.streamed === true) await sendStreamed(request, response, value as Streamed)
      else answer(response, operation, value)
    })
  }
  // Those without a parameter first: `/api/recipes/try` also looks like a recipe.
  const isOpen = ([path]: [string, string[]]) => Number(path.includes(':'))
  for (const [path, allow] of [...paths].toSorted((one, other) => isOpen(one) - isOpen(other))) app.all(path, refuseMethod(allow))
}

export type LetIn = (operation?: { unrecorded?: boolean }) => RequestHandler

export const letInBy =
  (authenticate: Authenticate, callLimit: CallLimit): LetIn =>
  ({ unrecorded = false } = {}) =>
  async (request, response, next) => {
    const admit = (identity: Identity) => callLimit(request, response, identity)
    response.locals['caller'] = await authenticate(request, { unrecorded, admit })
    next()
  }

export const callerOf = (response: Response): Caller => response.locals['caller'] as Caller

export const refuseMethod =
  (allow: string[]): RequestHandler =>
  (request) => {
    throw new Problem('method-not-allowed', `${request.method} is not allowed here.`, { allow })
  }

function readJson(name: OperationName, operation: Operation): RequestHandler {
  if (operation.body === undefined) return (_request, _response, next) => next()
  const parseJson = jsonParser(bodyLimitsOf(name))
  return (request, response, next) => {
    if (request.is('application/json') === false) throw new Problem('unsupported-media-type', 'The body must be application/json.')
    return parseJson(request, response, next)
  }
}

const jsonParser = ({ bytes, tokens }: BodyLimits): RequestHandler =>
  express.json({
    limit: bytes,
    strict: false,
    type: ['application/json'],
    verify: (_request, _response, body, encoding) => refuseShape(body, encoding, tokens),
    reviver: (key: string, value: unknown) => (key === '__proto__' ? undefined : value),
  })

/** A body of many parts, or a deep one, would exhaust whatever walks it. Only the bytes of UTF-8 can be counted. */
function refuseShape(body: Buffer, encoding: string, tokens: number): void {
  if (encoding !== 'utf-8') throw new Problem('unsupported-media-type', 'The body must be JSON in UTF-8.')
  const excess = excessOf(body, { depth: deepestBody, tokens })
  if (excess === 'depth') throw new Problem('malformed-request', `The body is nested deeper than ${deepestBody}.`)
  if (excess === 'tokens') throw new Problem('too-large', `The body holds more than ${tokens} values and names.`)
}

function partsOf(operation: Operation, request: Request) {
  return {
    params: checked(operation.params, request.params),
    query: checked(operation.query, request.query),
    body: checked(operation.body, request.body),
    version: operation.versioned === true ? versionOf(request) : undefined,
  }
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new Problem('invalid-request', 'The request does not fit what this route takes.', {
    errors: issuesFromZod(parsed.error.issues, value),
  })
}

function versionOf(request: Request): number | undefined {
  const given = request.get('if-match')
  if (given === undefined || given.trim() === '*') return undefined
  const [, version] = /^(?:W\/)?"(\d{1,9})"$/.exec(given.trim()) ?? []
  if (version === undefined) throw new Problem('malformed-request', 'If-Match must hold a version as the ETag gave it.')
  return Number(version)
}

function answer(response: Response, operation: Operation, value: unknown): void {
  response.status(operation.status).set('Cache-Control', 'no-store')
  if (typeof value === 'object' && value !== null && 'version' in value) response.set('ETag', `"${String(value.version)}"`)
  if (operation.status === 204) response.end()
  else response.json(value)
}
