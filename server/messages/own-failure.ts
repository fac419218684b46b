// Graph may answer 500 forever for one message, and normally for all others in the mailbox. As an outage, this would never end and
// never be shown. So the server checks whether Graph answers other calls; if it does, the failure is the message's own.
import type { Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { CoolingDown, isOutage, UpstreamError } from '../upstream/upstream-error.ts'
import { findInboxId } from './fetch-message.ts'

/** Not an outage: it counts as an attempt, and after the last one the owner sees it. */
class MailFails extends Error {
  override name = 'MailFails'
  service = 'graph'
  status = 500
  code: string | undefined

  constructor(cause: { code: string | undefined }) {
    super('Graph fails on this mail alone', { cause })
    this.code = cause.code
  }
}

/** What to throw instead of `error`, which a call on one message has thrown. */
export async function asItsOwn(graph: Graph, error: unknown): Promise<unknown> {
  if (!isAway(error)) return error
  return findInboxId(graph).then(
    () => (isRefusal(error, 500) ? new MailFails(error) : error),
    // Graph answers no other call on this mailbox either: it gets a cooldown.
    (other: unknown) => (other instanceof CoolingDown ? other : error),
  )
}

const isAway = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.service === 'graph' && isOutage(error) && !(error instanceof CoolingDown)
