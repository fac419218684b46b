import { ProcessDied } from '../jobs/attempt.ts'
import type { Reason } from './run.ts'

/** What an owner may know of an error: which service, and its answer. */
function causeOf(error: unknown): Record<string, string> {
  if (typeof error !== 'object' || error === null) return {}
  const known = ['service', 'status', 'code'].flatMap((name) => {
    const value: unknown = Reflect.get(error, name)
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : []
  })
  return Object.fromEntries(known)
}

/** Why there will be no further attempt. */
export const reasonOfGivingUp = (error: unknown): Reason =>
  error instanceof ProcessDied ? { code: 'too-heavy', params: { part: 'process' } } : { code: 'fails-every-time', params: causeOf(error) }
