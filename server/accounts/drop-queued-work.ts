import type { Transaction } from 'kysely'
import { leaveOutPending } from '../boards/file-store.ts'
import type { Schema } from '../database/schema.ts'
import { dropMessages } from '../inbox/release-store.ts'
import { endDisconnected } from '../runs/end-disconnected-store.ts'

/** Mails that wait, and runs that have not ended. Gives how many of both. */
export async function dropQueuedWork(trx: Transaction<Schema>, connectionId: string): Promise<number> {
  const messages = await dropMessages(trx, connectionId)
  const runIds = await endDisconnected(trx, connectionId)
  await leaveOutPending(trx, runIds, 'disconnected')
  return messages + runIds.length
}
