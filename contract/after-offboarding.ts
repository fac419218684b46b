import type { OperationName } from './operations.ts'

/** Open to people whose tenant the operator no longer lists: how they see what is kept of them, take it along, and leave. */
export const afterOffboarding: ReadonlySet<OperationName> = new Set<OperationName>([
  'readMe',
  'listConnections',
  'disconnect',
  'readReceipt',
  'exportMe',
  'eraseMe',
  // Where an export leaves out what would make it too large, it names these.
  'listRuns',
  'listAccess',
  'createTicket',
])
