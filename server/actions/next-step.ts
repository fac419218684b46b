// What to do next about a write to a remote board. Pure: what is known of it goes in, one step comes out.
import type { Proof } from '../boards/board-target.ts'
import type { KnownIntent } from '../runs/intent-store.ts'

/**
 * `send`: prepare it, commit the intent, call. `repeat`: the same call under the same key. `read-back`: search for its marker.
 * `send-anew`: it is certain enough that nothing was made by this call, so a new key. `adopt`: the answer is there. `wait`: too early for
 * the next search. `ask`: only a person can tell. `cancel`: its owner wants it no more, and this call made nothing.
 */
export type Step = 'send' | 'repeat' | 'read-back' | 'send-anew' | 'adopt' | 'ask' | 'cancel' | { waitMs: number }

type Known = Pick<KnownIntent, 'sentMsAgo' | 'reads' | 'lastStepMsAgo' | 'answer'>

/** `isWanted`: its recipe is on. What may have been made is settled all the same, and nothing is sent any more. */
export function nextStep(intent: Known | undefined, { keyTrustMs, readBackAfterMs }: Proof, isWanted: boolean): Step {
  if (intent === undefined) return isWanted ? 'send' : 'cancel'
  if (intent.answer !== null) return 'adopt'
  if (intent.sentMsAgo === null) return isWanted ? 'send-anew' : 'cancel'
  if (isWanted && keyTrustMs !== null && intent.sentMsAgo < keyTrustMs) return 'repeat'
  if (readBackAfterMs === null) return 'ask'
  const pause = readBackAfterMs[intent.reads]
  if (pause === undefined) return isWanted ? 'send-anew' : 'cancel'
  return intent.lastStepMsAgo < pause ? { waitMs: pause - intent.lastStepMsAgo } : 'read-back'
}
