import type { OperationName } from './operations.ts'

/** Operations for people whose tenant the operator no longer lists: they can see, download and erase their data, and disconnect. */
export const afterOffboarding: ReadonlySet<OperationName> = new Set<OperationName>([
  'readMe',
  'listConnections',
  'disconnect',
  'readReceipt',
  'exportMe',
  'eraseMe',
  // An export that leaves something out refers to these.
  'listRuns',
  'listAccess',
  'createTicket',
])
