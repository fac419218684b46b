// Everything of a person goes: their mailbox is disconnected as ever, then their rows go. Where Graph or Vault are away the
// job of the disconnection comes back to it; the receipt says what is done, and names nobody.
import { findConnections } from '../connections/connection-store.ts'
import { type Actor, asPerson, asSystem } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { beginDisconnecting, receiptOf, tellErased } from './disconnect.ts'
import type { AccountDeps } from './account-deps.ts'
import { holdOwned, removePerson } from './person-store.ts'
import { addReceipt, findReceipt, finishReceipt, markPart } from './receipt-store.ts'

/** Asked twice, it is the same erasure. */
export async function erase(deps: AccountDeps, person: Actor): Promise<{ receiptId: string }> {
  const begun = await asPerson(deps.db, person, async (trx) => {
    const connections = await findConnections(trx, person.personId)
    const present = connections.map(receiptOf).find((receipt) => receipt !== undefined)
    if (present !== undefined) return { receiptId: present, isUnderWay: true }
    const receiptId = await addReceipt(trx, 'erase')
    // The tokens of the others go with it.
    const [connection] = connections
    if (connection !== undefined) await beginDisconnecting(trx, deps, connection, receiptId)
    return { receiptId, isUnderWay: connection !== undefined }
  })
  const { receiptId, isUnderWay } = begun
  if (!isUnderWay) await eraseRows(deps, person, receiptId)
  else if ((await asSystem(deps.db, (trx) => findReceipt(trx, receiptId)))?.kind !== 'erase')
    throw new Problem('service-unavailable', 'The mailbox is being disconnected. Try again in a moment.', { retryAfterSeconds: 5 })
  return { receiptId }
}

async function eraseRows(deps: AccountDeps, person: Actor, receiptId: string): Promise<void> {
  await asSystem(deps.db, async (trx) => {
    for (const table of ['recipes', 'boards'] as const) await holdOwned(trx, person, table)
    await removePerson(trx, person, deps.hashOf)
    await tellErased(trx, deps, person)
    for (const part of ['subscription', 'tokens', 'queued-work'] as const)
      await markPart(trx, receiptId, { part, state: 'nothing-there', count: 0 })
    await markPart(trx, receiptId, { part: 'rows', state: 'removed', count: 1 })
    await finishReceipt(trx, receiptId)
  })
}
