// A connected mailbox without the rest of the server: its rows, what is due, Graph's stand-in, and the
// routes where Graph calls.
import { once } from 'node:events'
import express, { type RequestHandler } from 'express'
import { sql } from 'kysely'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import { addConnection, connectionsShown } from '../../../server/connections/connection-store.ts'
import { openDatabase } from '../../../server/database/database.ts'
import { graphFor } from '../../../server/graph/graph-client.ts'
import { allDueRows } from '../../../server/due-rows.ts'
import { openDueRows } from '../../../server/jobs/claim-store.ts'
import type { DueQueue } from '../../../server/jobs/job-data.ts'
import { setLogLevel } from '../../../server/log.ts'
import { addMailbox } from '../../../server/mailboxes/mailbox-store.ts'
import { notificationIntake } from '../../../server/notifications/routes.ts'
import type { SubscriptionDeps } from '../../../server/subscriptions/subscription-deps.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { tenantsOf } from '../../../server/people/tenants.ts'
import { graphToken, people } from '../../sandbox/clients.ts'
import { unrecorded } from '../../support/unrecorded.ts'
import { openTestDatabase, type TestDatabase } from '../../support/databases.ts'

export type Mailbox = Awaited<ReturnType<typeof openMailbox>>

export async function openMailbox(kind: TestDatabase) {
  setLogLevel('silent')
  const own = await openTestDatabase(kind)
  const database = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
  const { db } = database
  const claiming = { leaseMs: 60_000, retryBaseMs: 20, isAlone: kind === 'pglite', worker: null }
  const dueRows = openDueRows((work) => asSystem(db, work), allDueRows, claiming)
  const sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  const tenants = tenantsOf({ tenantId: 'organizations', allowedTenants: null })
  const { camille } = people(sandbox)
  const intake = notificationIntake({ db, tenants })
  const take: RequestHandler = async (request, response, next) => {
    if (!(await intake(request, response))) next()
  }
  const server = express().use(take, problemAnswers).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const publicUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  const token = await graphToken(sandbox, camille)
  const tokens = {
    current: async () => token,
    refused: async (error: Error) => {
      throw error
    },
  }
  const openGraph = (mailboxId: string) => graphFor({ graphUrl: `${sandbox.url}/v1.0`, tokens, mailboxId, ...unrecorded })
  const deps: SubscriptionDeps = {
    db,
    openMailbox: openGraph,
    tenants,
    publicUrl,
    catchupIntervalMs: 300_000,
    catchupCallsPerSecond: 20,
    retryBaseMs: 2_000,
  }
  const connectionId = await insertConnection(camille)

  async function insertConnection({ tenantId, objectId }: Pick<Person, 'tenantId' | 'objectId'>): Promise<string> {
    const person = { tenant_id: tenantId, object_id: objectId, display_name: 'Camille' }
    const { id: person_id } = await db.insertInto('people').values(person).returning('id').executeTakeFirstOrThrow()
    const connection = await addConnection(db, { tenantId, personId: person_id }, 'microsoft')
    await addMailbox(db, connection)
    await db.updateTable('connections').set({ status: 'active' }).where('id', '=', connection.id).execute()
    return connection.id
  }

  return {
    db,
    sandbox,
    camille,
    deps,
    publicUrl,
    connectionId,
    insertConnection,
    async switchRecipe(enabled: boolean, of = connectionId): Promise<void> {
      const owner = await db.selectFrom('connections').select(['tenant_id', 'person_id']).where('id', '=', of).executeTakeFirstOrThrow()
      await db.deleteFrom('recipes').where('person_id', '=', owner.person_id).execute()
      const recipe = { name: 'r', enabled, trigger_kind: 'mail-received', body: '{}' }
      await db
        .insertInto('recipes')
        .values({ ...owner, ...recipe })
        .execute()
    },
    /** The mails that wait, in the order in which they are taken up; they are treated by that. */
    async takeMessages(): Promise<string[]> {
      const { rows } = await sql<{ message_id: string }>`
        with taken as (update inbox_messages set state = 'treated', treated_at = now() where state = 'queued' returning message_id, due_at)
        select message_id from taken order by due_at`.execute(db)
      return rows.map((row) => row.message_id)
    },
    /** The keys of the rows that are due in a queue; their jobs are done by that. */
    async takeJobs(name: DueQueue): Promise<string[]> {
      const { claim, settle } = dueRows.sources[name]
      const jobs = await claim(100)
      for (const job of jobs) await settle(job, { end: 'done' })
      return jobs.map(({ data }) => data as string)
    },
    states: async () => {
      const rows = await db.selectFrom('inbox_messages').select(['message_id', 'state']).execute()
      return Object.fromEntries(rows.map(({ message_id, state }) => [message_id, state]))
    },
    subscriptions: () => db.selectFrom('subscriptions').selectAll().orderBy('created_at').execute(),
    set: (fields: Partial<Record<'cursor' | 'next_catchup_at' | 'subscribe_at', Date>>) =>
      db.updateTable('mailboxes').set(fields).where('connection_id', '=', connectionId).execute(),
    setStatus: (status: 'active' | 'needs-reconnect' | 'disconnecting') =>
      db.updateTable('connections').set({ status }).where('id', '=', connectionId).execute(),
    row: () => db.selectFrom('mailboxes').selectAll().where('connection_id', '=', connectionId).executeTakeFirstOrThrow(),
    /** As its owner is shown it. */
    async shown() {
      const { person_id } = await db.selectFrom('connections').select('person_id').where('id', '=', connectionId).executeTakeFirstOrThrow()
      return (await connectionsShown(db, person_id))[0]
    },
    post: async (body: unknown, { path = '/graph/notifications', method = 'POST' } = {}) => {
      const content = method === 'GET' ? {} : { body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }
      const answer = await fetch(`${publicUrl}${path}`, { method, headers: { 'content-type': 'application/json' }, ...content })
      return { status: answer.status, headers: answer.headers, text: await answer.text() }
    },
    async empty(): Promise<void> {
      sandbox.heal()
      sandbox.graph.removeSubscription(camille)
      sandbox.graph.mailbox(camille).messages.splice(0)
      sandbox.graph.ledger.clear()
      await db.deleteFrom('subscriptions').execute()
      await db.deleteFrom('inbox_messages').execute()
      await db.deleteFrom('recipes').execute()
      await db.deleteFrom('leases').execute()
      await db.deleteFrom('connections').where('id', '<>', connectionId).execute()
      await db.updateTable('connections').set({ status: 'active', reason: null }).execute()
      await db
        .updateTable('mailboxes')
        .set({ next_catchup_at: null, catch_up_at: null, cursor: sql<Date>`now()`, refusals: 0, refused_status: null, subscribe_at: null })
        .execute()
      await db.deleteFrom('claims').execute()
    },
    async stop(): Promise<void> {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await sandbox.stop()
      await database.close()
      await own.drop()
    },
  }
}
