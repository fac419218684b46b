// Looks for mailboxes of tenants that the operator no longer lists: they rest, and their subscriptions at Graph end. At the start
// and every half minute, on every process that does jobs; what one has taken up the others find done.
import { sql } from 'kysely'
import { jsonText } from '../database/text.ts'
import { log } from '../log.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { subscribeJob } from '../subscriptions/subscribe.ts'
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

type Rested = { id: string; tenant_id: string; person_id: string }

async function offboard({ db, tenants, tokens, queue }: AccountDeps): Promise<void> {
  const isFormer = sql`connections.provider = 'microsoft' and connections.tenant_id <> all(${tenants.listed}::uuid[])`
  for (let count = mostAtOnce; count === mostAtOnce;)
    count = await asSystem(db, async (trx) => {
      const { rows } = await sql<Rested>`
        update connections set status = 'needs-reconnect', reason = ${jsonText({ code: 'tenant-not-allowed', params: {} })}, next_catchup_at = null
        where id = any(array(
          select id from connections
          where ${isFormer} and (status = 'active' or status = 'needs-reconnect' and reason->>'code' is distinct from 'tenant-not-allowed')
          limit ${mostAtOnce} for update skip locked))
        returning id, tenant_id, person_id`.execute(trx)
      for (const { id, tenant_id: tenantId, person_id: personId } of rows) {
        tokens.memory.forget(id)
        await tokens.announce(trx, { tenantId, personId, kind: 'connection', id })
      }
      return rows.length
    })
  await asSystem(db, async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select distinct connections.id from connections join subscriptions on subscriptions.connection_id = connections.id
      where ${isFormer} and connections.status = 'needs-reconnect' and subscriptions.state in ('active', 'pending')
      limit ${mostAtOnce}`.execute(trx)
    await queue.insert(
      trx,
      'subscribe',
      rows.map(({ id }) => subscribeJob(id)),
    )
  })
}
