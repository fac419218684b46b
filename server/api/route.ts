// Mounts the operations of contract/operations.ts: authentication, then validation, then the handler. Handlers get valid values
// and return what the contract promises; they throw problems.
import type { Express, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { afterOffboarding } from '../../contract/after-offboarding.ts'
import { bodyLimitsOf } from '../../contract/bodies.ts'
import { type Operation, type OperationName, operations } from '../../contract/operations.ts'
import { issuesFromZod } from '../../recipes/issue.ts'
import { Problem } from '../problem.ts'
import type { Identity } from '../people/person.ts'
import type { Asking, Authenticate, Caller } from './authenticate.ts'
import type { CallLimit } from './call-limit.ts'
import { cursorGiven, cursorShown } from './cursors.ts'
import { jsonBody } from './json-body.ts'
import { sendStreamed, type Streamed } from './streamed.ts'

type Operations = typeof operations
type Output<Value> = Value extends z.ZodType ? z.output<Value> : undefined
type Part<Name extends OperationName, Key extends string> = Operations[Name] extends Record<Key, infer Value> ? Output<Value> : undefined

type Asked<Name extends OperationName> = Caller & {
  params: Part<Name, 'params'>
  query: Part<Name, 'query'>
  body: Part<Name, 'body'>
  /** The version in If-Match; undefined: the caller accepts any version. */
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
    const asking = { unrecorded: operation.unrecorded ?? false, afterOffboarding: afterOffboarding.has(name as OperationName) }
    const readJson = operation.body === undefined ? noBody : jsonBody(bodyLimitsOf(name as OperationName))
    app[operation.method](path, letInFor(asking), readJson, async (request, response) => {
      const list = request.path
      const value = await handler({ ...callerOf(response), ...partsOf(operation, request, list) })
      if (operation.streamed === true) await sendStreamed(request, response, value as Streamed)
      else answer(response, operation, withCursorShown(list, value))
    })
  }
  // Routes without parameters first: `/api/recipes/try` also looks like a recipe.
  const isOpen = ([path]: [string, string[]]) => Number(path.includes(':'))
  for (const [path, allow] of [...paths].toSorted((one, other) => isOpen(one) - isOpen(other))) app.all(path, refuseMethod(allow))
}

export type LetIn = (asking?: Omit<Asking, 'admit'>) => RequestHandler

export const letInBy =
  (authenticate: Authenticate, callLimit: CallLimit): LetIn =>
  (asking = {}) =>
  async (request, response, next) => {
    const admit = (identity: Identity) => callLimit(request, response, identity)
    response.locals['caller'] = await authenticate(request, { ...asking, admit })
    next()
  }

export const callerOf = (response: Response): Caller => response.locals['caller'] as Caller

export const refuseMethod =
  (allow: string[]): RequestHandler =>
  (request) => {
    throw new Problem('method-not-allowed', `${request.method} is not allowed here.`, { allow })
  }

const noBody: RequestHandler = (_request, _response, next) => next()

function partsOf(operation: Operation, request: Request, list: string) {
  return {
    params: checked(operation.params, request.params),
    query: withCursorGiven(list, operation.query, checked(operation.query, request.query)),
    body: withCursorGiven(list, operation.body, checked(operation.body, request.body)),
    version: operation.versioned === true ? versionOf(request) : undefined,
  }
}

const cursorTaken = z.looseObject({ cursor: z.string() })
const cursorMade = z.looseObject({ next: z.string() })

function withCursorGiven(list: string, schema: z.ZodType | undefined, asked: unknown): unknown {
  const { success, data } = cursorTaken.safeParse(asked)
  const takesOne = schema instanceof z.ZodObject && 'cursor' in schema.shape
  return success && takesOne ? { ...data, cursor: cursorGiven(list, data.cursor) } : asked
}

function withCursorShown(list: string, value: unknown): unknown {
  const { success, data } = cursorMade.safeParse(value)
  return success ? { ...data, next: cursorShown(list, data.next) } : value
}

function checked(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new Problem('invalid-request', 'The request does not match what this route accepts.', {
    errors: issuesFromZod(parsed.error.issues, value),
  })
}

function versionOf(request: Request): number | undefined {
  const given = request.get('if-match')
  if (given === undefined || given.trim() === '*') return undefined
  const [, version] = /^(?:W\/)?"(\d{1,9})"$/.exec(given.trim()) ?? []
  if (version === undefined) throw new Problem('malformed-request', 'If-Match must contain a version from an ETag.')
  return Number(version)
}

function answer(response: Response, operation: Operation, value: unknown): void {
  response.status(operation.status).set('Cache-Control', 'no-store')
  if (typeof value === 'object' && value !== null && 'version' in value) response.set('ETag', `"${String(value.version)}"`)
  if (operation.status === 204) response.end()
  else response.json(value)
}
