// Whether a notification comes from Graph: it knows the secret of a subscription of ours.
import { timingSafeEqual } from 'node:crypto'

export type Verdict = { genuine: true } | { genuine: false; reason: 'unknown-subscription' | 'wrong-client-state' }

const nobodys = Buffer.alloc(32)

/** Compares only hashes, and takes just as long for an unknown subscription, so that the time reveals nothing. */
export function judgeClientState(received: Buffer, expected: Buffer | undefined): Verdict {
  const same = timingSafeEqual(received, expected ?? nobodys)
  if (expected === undefined) return { genuine: false, reason: 'unknown-subscription' }
  return same ? { genuine: true } : { genuine: false, reason: 'wrong-client-state' }
}
