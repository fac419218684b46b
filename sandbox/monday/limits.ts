// The limits of an account and of a token (https://developer.monday.com/api-reference/docs/rate-limits): calls a day, a minute and at
// once, points a minute. Windows begin with the first call in them. All by the stand-in's clock.
import { MondayError } from './monday-error.ts'
import type { MondayState, Tier, Token } from './state.ts'

type Window = { until: number; used: number }
/** Of an account: `day` to `atOnce`; of a token: points. Both are kept by their ids. */
export type Spent = { day: Window; minute: Window; atOnce: number; reads: Window; writes: Window; limits: Partial<Limits> }
export type Limits = { day: number; minute: number; atOnce: number; pointsOfPersonal: number; pointsOfApp: number }

const minuteMs = 60_000
const dayMs = 86_400_000

const limitsOf: Record<Tier, Limits> = {
  free: { day: 200, minute: 1000, atOnce: 40, pointsOfPersonal: 1_000_000, pointsOfApp: 5_000_000 },
  standard: { day: 1000, minute: 1000, atOnce: 40, pointsOfPersonal: 10_000_000, pointsOfApp: 5_000_000 },
  pro: { day: 10_000, minute: 2500, atOnce: 100, pointsOfPersonal: 10_000_000, pointsOfApp: 5_000_000 },
  enterprise: { day: 25_000, minute: 5000, atOnce: 250, pointsOfPersonal: 10_000_000, pointsOfApp: 5_000_000 },
}
/** Of the day, for a call that was refused by a limit. */
const pointOfRefused = 0.1

export function spentBy(state: MondayState, id: string): Spent {
  const known = state.spent.get(id)
  if (known) return known
  const empty = () => ({ until: 0, used: 0 })
  const spent: Spent = { day: empty(), minute: empty(), atOnce: 0, reads: empty(), writes: empty(), limits: {} }
  state.spent.set(id, spent)
  return spent
}

export const limitsFor = (state: MondayState, { user: { account } }: Token): Limits => ({
  ...limitsOf[account.tier],
  ...spentBy(state, account.id).limits,
})

/** Counts the call, or throws. What it gives back is called when the answer is there. */
export function admit(state: MondayState, token: Token): () => void {
  const spent = spentBy(state, token.user.account.id)
  const limits = limitsFor(state, token)
  const now = state.now()
  open(spent.minute, now, now + minuteMs)
  open(spent.day, now, (Math.floor(now / dayMs) + 1) * dayMs)
  const refusal = refusalOf(spent, limits, now)
  if (refusal !== undefined) {
    spent.day.used += pointOfRefused
    throw refusal
  }
  spent.day.used += 1
  spent.minute.used += 1
  spent.atOnce += 1
  return () => (spent.atOnce -= 1)
}

function refusalOf(spent: Spent, limits: Limits, now: number): MondayError | undefined {
  const tooMany = (code: string, message: string, seconds: number) =>
    new MondayError(code, message, { status: 429, transport: true, retryInSeconds: seconds })
  if (spent.day.used >= limits.day) return tooMany('DAILY_LIMIT_EXCEEDED', 'Daily limit exceeded', secondsUntil(spent.day.until, now))
  if (spent.minute.used >= limits.minute) return tooMany('RateLimitedException', 'Minute limit rate exceeded', secondsUntil(spent.minute.until, now)) // prettier-ignore
  if (spent.atOnce >= limits.atOnce) return tooMany('maxConcurrencyExceeded', 'Concurrency limit exceeded', 1)
  return undefined
}

/** Takes the points of a document from its token's budget: one for all of a personal token, one each for reads and writes of an app's. */
export function spendPoints(state: MondayState, token: Token, points: number, kind: 'read' | 'write') {
  const { window, limit } = budgetOf(state, token, kind)
  const before = limit - window.used
  const reset_in_x_seconds = secondsUntil(window.until, state.now())
  if (points > before)
    throw new MondayError('COMPLEXITY_BUDGET_EXHAUSTED', 'Complexity budget exhausted', { status: 429, retryInSeconds: reset_in_x_seconds })
  window.used += points
  return { before, query: points, after: before - points, reset_in_x_seconds }
}

function budgetOf(state: MondayState, token: Token, kind: 'read' | 'write') {
  const spent = spentBy(state, token.id)
  const limits = limitsFor(state, token)
  const isOne = token.kind === 'personal'
  const window = isOne || kind === 'read' ? spent.reads : spent.writes
  open(window, state.now(), state.now() + minuteMs)
  return { window, limit: isOne ? limits.pointsOfPersonal : limits.pointsOfApp }
}

/** As structured fields (draft-ietf-httpapi-ratelimit-headers). */
export function limitHeaders(state: MondayState, token: Token): Record<string, string> {
  const now = state.now()
  const { minute, atOnce } = spentBy(state, token.user.account.id)
  const limits = limitsFor(state, token)
  const budget = budgetOf(state, token, 'write')
  const left = (limit: number, { used, until }: Window) => `r=${Math.max(0, Math.floor(limit - used))};t=${secondsUntil(until, now)}`
  return {
    'RateLimit-Policy': `"minuteRate";q=${limits.minute};w=60, "concurrency";q=${limits.atOnce}, "complexityMinute";q=${budget.limit};w=60`,
    RateLimit: `"minuteRate";${left(limits.minute, minute)}, "concurrency";r=${Math.max(0, limits.atOnce - atOnce)}, "complexityMinute";${left(budget.limit, budget.window)}`,
  }
}

function open(window: Window, now: number, until: number): void {
  if (window.until <= now) Object.assign(window, { until, used: 0 })
}

const secondsUntil = (until: number, now: number) => Math.max(1, Math.ceil((until - now) / 1000))
