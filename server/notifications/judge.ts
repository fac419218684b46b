// Whether a notification is Graph's. It carries no signature: that it knows the secret of a subscription is all there is.
import { timingSafeEqual } from 'node:crypto'
import { hashOfClientState } from '../subscriptions/client-state.ts'

export type Verdict = { genuine: true } | { genuine: false; reason: 'unknown-subscription' | 'wrong-client-state' }

export function judgeClientState(received: string | undefined, expectedHash: Buffer | undefined): Verdict {
  const hash = hashOfClientState(received ?? '')
  if (expectedHash === undefined) return { genuine: false, reason: 'unknown-subscription' }
  return timingSafeEqual(hash, expectedHash) ? { genuine: true } : { genuine: false, reason: 'wrong-client-state' }
}
