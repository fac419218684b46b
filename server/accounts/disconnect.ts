// Disconnecting, step by step: the subscription at Graph, the tokens in Vault, the queued work, the rows. Each step is
// written into the receipt when it is done, so that whoever goes on after a crash or an outage goes on from there.
import type { Transaction } from 'kysely'
import type { Receipt } from '../../contract/connection.ts'
import { findConnections } from '../connections/connection-store.ts'
import { ConnectionLost } from '../connections/access-token.ts'
import {
  type ConnectionRow,
  findConnection,
  findConnectionById,
  markDisconnecting,
  type Provider,
  removeConnection,
} from '../connections/connection-store.ts'
import type { Schema } from '../database/schema.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { asPerson, asSystem, type Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { removeSubscriptions } from '../subscriptions/subscribe.ts'
import { findLiveSubscription } from '../subscriptions/subscription-store.ts'
import { dropConsentRequests } from './consent-store.ts'
import { eraseTokens } from './erase-tokens.ts'
import type { AccountDeps } from './account-deps.ts'
import { holdOwned, removePerson } from './person-store.ts'
import { dropQueuedWork } from './drop-queued-work.ts'
import { addReceipt, findReceipt, finishReceipt, markPart } from './receipt-store.ts'

/** Asked twice, it is the same disconnection. */
export function disconnect(deps: AccountDeps, person: Actor, provider: Provider): Promise<{ receiptId: string }> {
  return asPerson(deps.db, person, async (trx) => {
    const connection = await findConnection(trx, person.personId, provider)
    if (connection === undefined) throw new Problem('connection-not-found', 'This is not connected.')
    const present = receiptOf(connection)
    if (present !== undefined) return { receiptId: present }
    const receiptId = await addReceipt(trx, 'disconnect')
    await beginDisconnecting(trx, deps, connection, receiptId)
    return { receiptId }
  })
}

export async function beginDisconnecting(trx: Trx, deps: AccountDeps, connection: ConnectionRow, receiptId: string): Promise<void> {
  await markDisconnecting(trx, connection.id, receiptId)
  await dropConsentRequests(trx, connection.person_id)
  await tellOwner(trx, deps, connection)
}

/** The job. While Graph or Vault are away it throws, and the connection stays as it is: on its way out. */
export async function finishDisconnecting(deps: AccountDeps, connectionId: string): Promise<void> {
  const connection = await findConnectionById(deps.db, connectionId)
  const receiptId = connection && receiptOf(connection)
  if (connection === undefined || receiptId === undefined) return
  const receipt = await findReceipt(deps.db, receiptId)
  const isToGo = (part: Receipt['parts'][number]['part']) =>
    receipt?.parts.some((each) => each.part === part && each.state === 'to-go') ?? false

  if (isToGo('subscription')) await markPart(deps.db, receiptId, await endSubscription(deps, connection))
  if (isToGo('tokens')) await markPart(deps.db, receiptId, await endTokens(deps, connection))
  const owner = { tenantId: connection.tenant_id, personId: connection.person_id }
  const isErasure = receipt?.kind === 'erase'
  if (isErasure) await eraseOtherTokens(deps, connection)
  if (connection.provider === 'monday') await asPerson(deps.db, owner, (trx) => deps.monday.forget(trx, owner))
  await asSystem(deps.db, async (trx) => {
    await holdAll(trx, connection, isErasure)
    const dropped = await dropQueuedWork(trx, connectionId)
    await removeConnection(trx, connectionId)
    if (isErasure) {
      await removePerson(trx, owner, deps.hashOf)
      await tellErased(trx, deps, owner)
    }
    await markPart(trx, receiptId, { part: 'queued-work', state: dropped === 0 ? 'nothing-there' : 'removed', count: dropped })
    await markPart(trx, receiptId, { part: 'rows', state: 'removed', count: 1 })
    await finishReceipt(trx, receiptId)
    await tellOwner(trx, deps, connection)
  })
}

/** In the order in which the work on a mail holds them (docs/decisions/0028-rows-are-locked-in-one-order.md). */
async function holdAll(trx: Trx, { id, tenant_id: tenantId, person_id: personId }: ConnectionRow, isErasure: boolean): Promise<void> {
  if (isErasure) await holdOwned(trx, { tenantId, personId }, 'recipes')
  await trx
    .selectFrom('runs')
    .select('id')
    .where('connection_id', '=', id)
    .where('outcome', '=', 'waiting')
    .orderBy('id')
    .forUpdate()
    .execute()
  if (isErasure) await holdOwned(trx, { tenantId, personId }, 'boards')
  if (isErasure) await trx.selectFrom('people').select('id').where('id', '=', personId).forUpdate().execute()
  await trx.selectFrom('mailboxes').select('connection_id').where('connection_id', '=', id).forUpdate().execute()
  await trx.selectFrom('connections').select('id').where('id', '=', id).forUpdate().execute()
}

const tellOwner = (trx: Trx, { tokens }: AccountDeps, { id, tenant_id: tenantId, person_id: personId }: ConnectionRow) =>
  tokens.announce(trx, { tenantId, personId, kind: 'connection', id })

/** What is said of a person themselves ends what is streamed to them. */
export const tellErased = (trx: Trx, { tokens }: AccountDeps, { tenantId, personId }: Actor) =>
  tokens.announce(trx, { tenantId, personId, kind: 'connection', id: personId })

type Trx = Transaction<Schema>
type Part = Receipt['parts'][number]

export const receiptOf = ({ status, reason }: ConnectionRow) => (status === 'disconnecting' ? reason?.params['receiptId'] : undefined)

/** A dead token ends nothing at Graph: what is there then ends by itself within a week, and what it sends is dropped. */
async function endSubscription(deps: AccountDeps, connection: ConnectionRow): Promise<Part> {
  if (connection.provider !== 'microsoft') return { part: 'subscription', state: 'nothing-there', count: 0 }
  try {
    const count = await removeSubscriptions(deps, connection.id)
    return { part: 'subscription', state: count === 0 ? 'nothing-there' : 'removed', count }
  } catch (error) {
    if (!(error instanceof ConnectionLost) && !isRefusal(error, 400, 401, 403, 404)) throw error
    const left = await findLiveSubscription(deps.db, connection.id)
    return left === undefined
      ? { part: 'subscription', state: 'nothing-there', count: 0 }
      : { part: 'subscription', state: 'to-go', count: 1 }
  }
}

/** With the person all their connections go, and a row that is gone names no tokens any more. */
async function eraseOtherTokens(deps: AccountDeps, { id, person_id: personId }: ConnectionRow): Promise<void> {
  const others = (await findConnections(deps.db, personId)).filter((other) => other.id !== id)
  for (const other of others) await eraseTokens(deps, other)
}

async function endTokens(deps: AccountDeps, connection: ConnectionRow): Promise<Part> {
  const wereThere = await eraseTokens(deps, connection)
  return { part: 'tokens', state: wereThere ? 'removed' : 'nothing-there', count: wereThere ? 1 : 0 }
}
