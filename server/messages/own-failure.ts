// Graph may answer 500 for one mail for ever, and well for all others of the mailbox. Waited out like an outage it would
// never end and never be shown; so Graph is asked whether it answers otherwise, and then the failure is the mail's own.
import type { Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { CoolingDown, isOutage, UpstreamError } from '../upstream/upstream-error.ts'
import { findInboxId } from './fetch-message.ts'

/** No outage: it counts as an attempt, and after the last its owner sees it. */
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

/** What to throw instead of `error`, which a call on one mail has thrown. */
export async function asItsOwn(graph: Graph, error: unknown): Promise<unknown> {
  if (!isAway(error)) return error
  return findInboxId(graph).then(
    () => (isRefusal(error, 500) ? new MailFails(error) : error),
    // Graph answers nothing else of this mailbox either: it is left alone for a while.
    (other: unknown) => (other instanceof CoolingDown ? other : error),
  )
}

const isAway = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.service === 'graph' && isOutage(error) && !(error instanceof CoolingDown)
