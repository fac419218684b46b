// What stops somebody who asks monday.com for something at this moment, in words that they can act on.
import { ConnectionLost } from '../../connections/access-token.ts'
import { Problem } from '../../problem.ts'
import { isReaction } from './monday-error.ts'

/** Whatever is no matter of theirs comes back as it is. */
export function mondayProblem(error: unknown): unknown {
  if (error instanceof ConnectionLost)
    return error.code === 'disconnected'
      ? new Problem('not-connected', 'Connect monday.com first.', {}, error)
      : new Problem('reconnect-required', 'Reconnect monday.com.', {}, error)
  if (isReaction(error, 'configuration', 'operator', 'data'))
    return new Problem('forbidden', `monday.com refuses this (${error.code ?? 'without a reason'}).`, {}, error)
  return error
}
