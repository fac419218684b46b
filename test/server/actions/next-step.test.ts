import { expect, test } from '@jest/globals'
import { nextStep } from '../../../server/actions/next-step.ts'

const both = { keyTrustMs: 1000, readBackAfterMs: [5, 60, 300] }
const sent = { sentMsAgo: 10, reads: 0, lastStepMsAgo: 10, answer: null }
const answer = { target: 'monday' as const, itemId: 'i', itemVersion: null, updateId: null, madeItem: true, pendingFiles: 0, leftOut: [], cut: [], audience: null } // prettier-ignore
const old = { ...sent, sentMsAgo: 2000 }

test.each([
  ['nothing was sent', undefined, both, true, 'send'],
  ['nothing was sent, and it is wanted no more', undefined, both, false, 'cancel'],
  ['an answer came late', { ...sent, answer }, both, false, 'adopt'],
  ['its call has certainly done nothing', { ...sent, sentMsAgo: null }, both, true, 'send-anew'],
  ['its call has certainly done nothing, and it is wanted no more', { ...sent, sentMsAgo: null }, both, false, 'cancel'],
  ['its key is trusted', sent, both, true, 'repeat'],
  ['its key is trusted, and it is wanted no more', sent, both, false, 'read-back'],
  ['its key is trusted no longer', old, both, true, 'read-back'],
  ['it is too early to search', { ...old, lastStepMsAgo: 3 }, both, true, { waitMs: 2 }],
  ['it was searched for once', { ...old, reads: 1 }, both, true, { waitMs: 50 }],
  ['it was searched for three times', { ...old, reads: 3 }, both, true, 'send-anew'],
  ['it was searched for three times, and it is wanted no more', { ...old, reads: 3 }, both, false, 'cancel'],
  ['there is no marker', old, { ...both, readBackAfterMs: null }, true, 'ask'],
  ['there are no keys', sent, { ...both, keyTrustMs: null }, true, 'read-back'],
] as const)('where %s', (_what, intent, proof, isWanted, step) => expect(nextStep(intent, proof, isWanted)).toEqual(step))
