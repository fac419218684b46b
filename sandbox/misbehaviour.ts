// Faults on demand. Rules are matched in the order in which they were set; the first match decides.
import { setTimeout as wait } from 'node:timers/promises'
import type { NextFunction, Request, RequestHandler, Response } from 'express'

export type Service = 'graph' | 'entra' | 'vault' | 'monday'

export type Rule = {
  /** `sent`: what the body must hold, for services whose body is read by then. */
  match?: { method?: string; path?: RegExp; person?: string; sent?: RegExp }
  /** How many requests it applies to; without a number, all until `clear()`. */
  times?: number
  status?: number
  headers?: Record<string, string>
  body?: unknown
  delayMs?: number
  /** The effect happens at once; only its answer is late, or waits until the rule is cleared. */
  delayAnswerMs?: number
  /** No answer: the connection stays open until the rule is cleared. */
  stall?: boolean
  dropConnection?: boolean
  /** The effect happens and the connection ends without an answer. */
  dropAnswerAfterEffect?: boolean
  /** The connection ends at once; the effect happens so much later, or when the rule is cleared. */
  lateEffectMs?: number
}

export type Misbehaviour = {
  add(service: Service, rule: Rule): { clear(): void; seen(): number }
  clearAll(): void
  handler(service: Service, personOf: (request: Request) => string | null, defaultBody: (status: number) => unknown): RequestHandler
}

type ActiveRule = { service: Service; rule: Rule; left: number; seen: number; stalled: Set<Response>; late: Set<() => void> }

export function openMisbehaviour(): Misbehaviour {
  const active: ActiveRule[] = []

  const clear = (one: ActiveRule) => {
    if (active.includes(one)) active.splice(active.indexOf(one), 1)
    for (const response of one.stalled) response.destroy()
    one.stalled.clear()
    for (const answer of one.late) answer()
  }

  return {
    add(service, rule) {
      const one: ActiveRule = { service, rule, left: rule.times ?? Infinity, seen: 0, stalled: new Set(), late: new Set() }
      active.push(one)
      return { clear: () => clear(one), seen: () => one.seen }
    },
    clearAll: () => [...active].forEach(clear),
    handler: (service, personOf, defaultBody) => async (request, response, next) => {
      const one = active.find((candidate) => candidate.service === service && candidate.left > 0 && fits(candidate.rule, request, personOf))
      if (!one) return next()
      one.left -= 1
      one.seen += 1
      await apply(one, { request, response, next, defaultBody })
    },
  }
}

function fits({ match }: Rule, request: Request, personOf: (request: Request) => string | null): boolean {
  if (match?.method && match.method.toUpperCase() !== request.method) return false
  if (match?.path && !match.path.test(decodeURIComponent(request.originalUrl))) return false
  if (match?.sent && !match.sent.test(JSON.stringify(request.body ?? null))) return false
  return !match?.person || match.person === personOf(request)
}

type Turn = { request: Request; response: Response; next: NextFunction; defaultBody: (status: number) => unknown }

async function apply({ rule, stalled, late }: ActiveRule, { request, response, next, defaultBody }: Turn): Promise<void> {
  if (rule.delayMs) await wait(rule.delayMs)
  if (rule.dropConnection) return void request.socket.destroy()
  if (rule.stall) {
    stalled.add(response)
    return void response.once('close', () => stalled.delete(response))
  }
  if (rule.status !== undefined) {
    const body = rule.body ?? defaultBody(rule.status)
    response.status(rule.status).set(rule.headers ?? {})
    if (typeof body === 'string') return void response.send(body)
    return void response.json(body)
  }
  if (rule.lateEffectMs !== undefined) {
    insteadOfEnd(response, () => undefined)
    request.socket.destroy()
    await lateOr(rule.lateEffectMs, late)
  }
  if (rule.dropAnswerAfterEffect) insteadOfEnd(response, () => request.socket.destroy())
  if (rule.delayAnswerMs) delayEnd(response, rule.delayAnswerMs, late)
  next()
}

/** Sooner where the rule is cleared. */
function lateOr(ms: number, late: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const come = () => {
      clearTimeout(timer)
      late.delete(come)
      resolve()
    }
    const timer = setTimeout(come, ms)
    late.add(come)
  })
}

function insteadOfEnd(response: Response, act: () => void): void {
  response.write = () => true
  response.end = () => {
    act()
    return response
  }
}

function delayEnd(response: Response, delayMs: number, late: Set<() => void>): void {
  const end = response.end.bind(response)
  response.end = (...args: unknown[]) => {
    const answer = () => {
      clearTimeout(timer)
      late.delete(answer)
      Reflect.apply(end, response, args)
    }
    const timer = setTimeout(answer, delayMs)
    late.add(answer)
    return response
  }
}
