// Mailboxes whose mails wait, untouched, since a service that they need is left alone. They are freed when their time is over,
// or at once by the first call that succeeds (see connections/cooldown-store.ts).
import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import type { CoolingDown } from '../upstream/upstream-error.ts'

/** As long as the service is left alone now; it may be back already. Of many that wait for one try, not all come up with it. */
export const holdMailbox = (trx: Transaction<Schema>, { service, connectionId, parent }: CoolingDown): Promise<void> =>
  sendAhead(
    trx,
    sql`insert into cooldowns (service, scope, parent, connection_id, until)
      select 'mail', ${connectionId}, ${`${service}:${parent}`}, ${connectionId}, until + case when cooldowns.scope <> ${parent} then interval '0'
        else (until - now()) * random() * (select count(*) / 10 from (
          select from cooldowns waiting where waiting.service = 'mail' and waiting.parent = ${`${service}:${parent}`} limit 100) as many) end
      from cooldowns
      where service = ${service} and until > now() and (scope = ${connectionId} or scope = ${parent} and failures > 0)
      order by scope = ${parent} desc limit 1
      on conflict (service, scope) do update set until = excluded.until, parent = excluded.parent`,
  )

export const isHeld = (connectionId: RawBuilder<unknown>) =>
  sql<SqlBool>`exists (select from cooldowns where service = 'mail' and scope = ${connectionId}::text and until > now())`
