// One typed function calls every route of the contract.
import type { z } from 'zod'
import { accessToken, leaveErased, SignInError } from '../office/sign-in.ts'
import { ProblemError, problemFromResponse } from './problem.ts'
import { type OperationName, type Operations, routes } from './routes.ts'

type Part<Name extends OperationName, Key extends 'params' | 'query' | 'body'> =
  Operations[Name] extends Record<Key, infer Schema extends z.ZodType> ? z.input<Schema> : undefined

export type Answer<Name extends OperationName> = Operations[Name] extends { answer: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

type Parts<Name extends OperationName> = (Part<Name, 'params'> extends undefined ? object : { params: Part<Name, 'params'> }) &
  (Part<Name, 'query'> extends undefined ? object : { query?: Part<Name, 'query'> }) &
  (Part<Name, 'body'> extends undefined ? object : { body: Part<Name, 'body'> })

/** Headers as a plain record, so that one can be added. */
type Sent = Omit<RequestInit, 'headers'> & { headers: Record<string, string> }

type Extras = { ifMatch?: number; signal?: AbortSignal }

export async function call<Name extends OperationName>(name: Name, parts: Parts<Name> & Extras): Promise<Answer<Name>> {
  const response = await answerTo(name, parts)
  const answer = response.status === 204 ? undefined : await wholeAnswer(response)
  return answer
}

/** An answer that breaks off, or is not JSON, is no answer. */
async function wholeAnswer(response: Response) {
  try {
    return await response.json()
  } catch (error) {
    throw new ProblemError('no-answer', {}, error)
  }
}

/** Not read yet: for answers that may be too long to be held in memory. */
export async function answerTo<Name extends OperationName>(name: Name, parts: Parts<Name> & Extras): Promise<Response> {
  const { params, query, body, ifMatch, signal }: Extras & { params?: unknown; query?: unknown; body?: unknown } = parts
  const [method = 'GET', template = ''] = routes[name].split(' ')
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`
  const request: Sent = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
  const response = await authorized(pathOf(template, params) + searchOf(query), request)
  if (!response.ok) throw await problemFromResponse(response)
  return response
}

/**
 * Sends with the caller's token; a refused token is replaced once. Not after an erasure: with a new token, the pane would
 * store the person again, which is their decision.
 */
export async function authorized(url: string, request: Sent): Promise<Response> {
  const first = await send(url, request, await tokenOrProblem(false))
  if (first.status !== 401) return first
  const refusal = await problemFromResponse(first.clone())
  if (refusal.code !== 'sign-in-erased') return send(url, request, await tokenOrProblem(true))
  await leaveErased()
  throw new ProblemError('sign-in-required', {}, refusal)
}

async function send(url: string, request: Sent, token: string): Promise<Response> {
  try {
    return await fetch(url, { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } })
  } catch (error) {
    if (request.signal?.aborted) throw error
    throw new ProblemError('no-answer', {}, error)
  }
}

async function tokenOrProblem(fresh: boolean): Promise<string> {
  try {
    return await accessToken({ fresh })
  } catch (error) {
    const lost = error instanceof SignInError && error.reason === 'interaction-required'
    throw new ProblemError(lost ? 'sign-in-required' : 'no-answer', {}, error)
  }
}

function pathOf(template: string, params: unknown): string {
  const values = new Map(Object.entries(params ?? {}))
  return template.replaceAll(/\{(\w+)\}/g, (_whole, name) => encodeURIComponent(String(values.get(name))))
}

function searchOf(query: unknown): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  return search.size === 0 ? '' : `?${search}`
}
