import type { Database } from '../database/schema.ts'
import type { OpenMailbox } from '../graph/graph-client.ts'
import type { Tenants } from '../people/tenants.ts'

export type SubscriptionDeps = {
  db: Database
  openMailbox: OpenMailbox
  tenants: Tenants
  publicUrl: string
  catchupIntervalMs: number
  catchupCallsPerSecond: number
  retryBaseMs: number
}
