// For the time of a rolling start, servers of the version before write the columns of `connections`, and those of this version the
// table `mailboxes`: each sees what the other has written.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { activateConnection, addConnection, markNeedsReconnect } from '../../../server/connections/connection-store.ts'
import type { Database } from '../../../server/database/schema.ts'
import { noteReturn } from '../../../server/mailboxes/catch-up-store.ts'
import { moveCursor } from '../../../server/mailboxes/cursor-store.ts'
import { makeCatchUpsDue } from '../../../server/mailboxes/due-store.ts'
import { activateMailbox, addMailbox, rememberInbox } from '../../../server/mailboxes/mailbox-store.ts'
import { forgetRefusals, noteRefusal } from '../../../server/mailboxes/refusal-store.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

const shared = sql`inbox_id, addresses, cursor, next_catchup_at, refusals, subscribe_at, away_since, back_at, caught_up_at`

describe.each(databases)('on %s', (kind) => {
  let peopled: Peopled
  let db: Database
  let id: string
  beforeAll(async () => {
    peopled = await openPeopled(kind)
    db = peopled.database.db
    id = await asPerson(db, peopled.ann, async (trx) => {
      const connection = await addConnection(trx, peopled.ann, 'microsoft')
      await addMailbox(trx, connection)
      return connection.id
    })
  })
  afterAll(() => peopled.close())

  const oldRow = async () => (await sql<object>`select ${shared} from connections where id = ${id}`.execute(db)).rows[0]
  const newRow = async () => (await sql<object>`select ${shared} from mailboxes where connection_id = ${id}`.execute(db)).rows[0]
  const reason = async () => (await sql<{ reason: unknown }>`select reason from connections where id = ${id}`.execute(db)).rows[0]?.reason
  const refusedStatus = async () =>
    (await db.selectFrom('mailboxes').select('refused_status').where('connection_id', '=', id).executeTakeFirstOrThrow()).refused_status

  test('what this version writes, the version before reads', async () => {
    await asPerson(db, peopled.ann, async (trx) => {
      await activateMailbox(trx, id, { addresses: ['ann@example.org'], inboxId: 'inbox', fromNow: true })
      await activateConnection(trx, id, { account: 'ann@example.org', scopes: [], tokenExpiresAt: new Date() })
    })
    expect(await oldRow()).toMatchObject({ inbox_id: 'inbox', addresses: ['ann@example.org'], refusals: 0, subscribe_at: null })
    expect(await oldRow()).toEqual(await newRow())

    await asSystem(db, (trx) => moveCursor(trx, id, { to: new Date(Date.now() + 3_600_000), intervalMs: 60_000 }))
    await rememberInbox(db, id, 'another')
    expect(await oldRow()).toMatchObject({ inbox_id: 'another' })
    expect(await oldRow()).toEqual(await newRow())

    await noteRefusal(db, id, { status: 403, retryBaseMs: 20 })
    expect(await reason()).toEqual({ code: 'subscription-refused', params: { status: '403' } })
    await forgetRefusals(db, id)
    expect(await reason()).toBeNull()
    expect(await oldRow()).toEqual(await newRow())

    await asSystem(db, (trx) => markNeedsReconnect(trx, id, 'revoked'))
    const [connection] = await db.selectFrom('connections').selectAll().where('id', '=', id).execute()
    await asPerson(db, peopled.ann, (trx) => noteReturn(trx, connection!, 'all'))
    expect(await reason()).toEqual({ code: 'revoked', params: {} })
    expect(await oldRow()).toMatchObject({ away_since: expect.any(Date), back_at: expect.any(Date) })
    expect(await oldRow()).toEqual(await newRow())
  })

  test('what the version before writes, this version reads', async () => {
    await asPerson(db, peopled.ann, (trx) =>
      sql`update connections set status = 'active', reason = null, next_catchup_at = now(), refusals = 0, subscribe_at = null,
        inbox_id = 'inbox', addresses = '["a@example.org"]', cursor = now() + interval '2 hours' where id = ${id}`.execute(trx),
    )
    expect(await newRow()).toMatchObject({ inbox_id: 'inbox', addresses: ['a@example.org'], next_catchup_at: expect.any(Date) })
    expect(await newRow()).toEqual(await oldRow())

    await asSystem(db, (trx) =>
      sql`update connections set refusals = refusals + 1, subscribe_at = now() + interval '5 seconds',
        reason = '{"code": "subscription-refused", "params": {"status": "404"}}' where id = ${id} and status = 'active'`.execute(trx),
    )
    expect(await refusedStatus()).toBe(404)
    expect(await newRow()).toEqual(await oldRow())
    await asSystem(db, (trx) =>
      sql`update connections set refusals = 0, subscribe_at = null, reason = null where id = ${id} and refusals > 0`.execute(trx),
    )
    expect(await refusedStatus()).toBeNull()

    await asSystem(db, (trx) =>
      sql`update connections set status = 'needs-reconnect', reason = '{"code": "revoked", "params": {}}', next_catchup_at = null
        where id = ${id}`.execute(trx),
    )
    expect(await newRow()).toMatchObject({ next_catchup_at: null })
  })

  test('a mailbox that the version before connects is there, and due', async () => {
    const { tenantId, personId } = peopled.ben
    const added = randomUUID()
    await asPerson(db, peopled.ben, (trx) =>
      sql`insert into connections (id, tenant_id, person_id, provider, status, connection_key)
        values (${added}, ${tenantId}, ${personId}, 'microsoft', 'connecting', 'a key')`.execute(trx),
    )
    await asPerson(db, peopled.ben, (trx) =>
      sql`update connections set status = 'active', next_catchup_at = now() where id = ${added}`.execute(trx),
    )
    await db
      .insertInto('recipes')
      .values({ tenant_id: tenantId, person_id: personId, name: 'r', enabled: true, trigger_kind: 'mail-received', body: '{}' })
      .execute()
    expect(await asSystem(db, (trx) => makeCatchUpsDue(trx, { atMost: 10, intervalMs: 60_000 }))).toBe(1)
    const due = db.selectFrom('mailboxes').select('connection_id').where('catch_up_at', 'is not', null)
    expect(await due.execute()).toEqual([{ connection_id: added }])
  })
})
