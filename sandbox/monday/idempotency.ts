// Answers to mutations under their keys (https://developer.monday.com/api-reference/docs/idempotency): a repetition within 30 minutes gets
// the answer of the first call, one that comes while the first is running is refused. What is over the budget is silently not kept.
import { MondayError } from './monday-error.ts'
import type { KeptAnswer, MondayState, Token } from './state.ts'

export type Answered = { status: number; json: unknown }
type Keyed = { key: string; body: string }

const keptMs = 30 * 60_000
const mostBytes = 1024 * 1024

/** `isOtherBody`: the service does not say what becomes of that; here it gets the first answer, and the ledger says so. */
export type Kept = { answer: Answered; isOtherBody: boolean }

export async function once(
  state: MondayState,
  token: Token,
  { key, body }: Keyed,
  work: () => Promise<Answered>,
): Promise<Answered | Kept> {
  const name = `${token.user.id} ${token.kind} ${key}`
  const known = fresh(state, name)
  if (known?.status === 'running')
    throw new MondayError('IDEMPOTENCY_CONFLICT', 'A request with this idempotency key is still running', {
      status: 409,
      transport: true,
      retryInSeconds: 1,
    })
  if (known !== undefined) return { answer: known.status.answered, isOtherBody: known.body !== body }
  const kept: KeptAnswer = { at: state.now(), body, status: 'running' }
  state.answers.set(name, kept)
  try {
    const answer = await work()
    if (isKept(state, answer)) kept.status = { answered: answer }
    return answer
  } finally {
    if (kept.status === 'running') state.answers.delete(name)
  }
}

function fresh(state: MondayState, name: string): KeptAnswer | undefined {
  const known = state.answers.get(name)
  if (known === undefined || known.at + keptMs > state.now()) return known
  state.answers.delete(name)
  return undefined
}

function isKept({ behaviour }: MondayState, { status, json }: Answered): boolean {
  if (!behaviour.keepsAnswers || status !== 200) return false
  const hasErrors = typeof json === 'object' && json !== null && 'errors' in json
  return (behaviour.keepsErrors || !hasErrors) && Buffer.byteLength(JSON.stringify(json)) <= mostBytes
}
