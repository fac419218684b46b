// Looks for mailboxes of tenants that the operator no longer lists: they rest, and their subscriptions at Graph end. At the start
// and every half minute, on every process that does jobs; what one has taken up the others find done.
import { sql } from 'kysely'
import { isOfFormer, restFormer } from '../connections/connection-store.ts'
import { log } from '../log.ts'
import { askForSubscription } from '../mailboxes/due-mailboxes.ts'
import { asSystem } from '../people/unit-of-work.ts'
import type { AccountDeps } from './account-deps.ts'

const everyMs = 30_000
const mostAtOnce = 500

/** Resolves after the first look, so that nothing is done for such a mailbox before. Gives a function that ends it. */
export async function keepOffboarded(deps: AccountDeps): Promise<() => Promise<void>> {
  if (deps.tenants.listed === null) return async () => undefined
  const look = () => offboard(deps).catch((error: unknown) => log.warn({ err: error }, 'Mailboxes of former tenants cannot be looked up'))
  let looking = look()
  await looking
  const timer = setInterval(() => (looking = looking.then(look)), everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}

async function offboard({ db, tenants, tokens }: AccountDeps): Promise<void> {
  const { listed } = tenants
  if (listed === null) return
  for (let count = mostAtOnce; count === mostAtOnce;)
    count = await asSystem(db, async (trx) => {
      const rows = await restFormer(trx, listed, mostAtOnce)
      for (const { id, tenant_id: tenantId, person_id: personId } of rows) {
        tokens.memory.forget(id)
        await tokens.announce(trx, { tenantId, personId, kind: 'connection', id })
      }
      return rows.length
    })
  await asSystem(db, async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select distinct connections.id from connections join subscriptions on subscriptions.connection_id = connections.id
      where ${isOfFormer(listed)} and connections.status = 'needs-reconnect' and subscriptions.state in ('active', 'pending')
      limit ${mostAtOnce}`.execute(trx)
    await askForSubscription(
      trx,
      rows.map(({ id }) => id),
    )
  })
}
