// A database user who is no superuser, as hosted PostgreSQL gives one: on a cluster of this test's own, where nobody has
// made the roles yet.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { openDatabase } from '../../../server/database/database.ts'
import { addConnection, removeConnection } from '../../../server/connections/connection-store.ts'
import { askForCatchUp, askForSubscription } from '../../../server/mailboxes/due-mailboxes.ts'
import { addMailbox } from '../../../server/mailboxes/mailbox-store.ts'
import { openQueueOn } from '../../support/open-queue.ts'
import { proveIsolation } from '../../../server/people/isolation.ts'
import { findOrAddPerson } from '../../../server/people/person.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { findPostgresBinaries } from '../../support/parts.ts'
import { type Cluster, createDatabase, startPostgres } from '../../support/postgres.ts'

const binaries = findPostgresBinaries()

// `npm test` leaves this file out where there are no binaries.
describe('on a cluster of its own', () => {
  let cluster: Cluster
  beforeEach(async () => {
    if (binaries === undefined) throw new Error('There are no binaries of PostgreSQL here.')
    cluster = await startPostgres(binaries)
  })
  afterEach(() => cluster.stop())

  test('who may not make roles is told what to run; then everything works', async () => {
    const { url, asAdministrator } = await databaseOf(cluster, 'nocreaterole')
    const refusal = await openDatabase({ databaseUrl: url, dataDir: '/nowhere' }).then(
      () => '',
      (error: Error) => error.message,
    )
    const [, statements] = /run once: (create role .*;)$/.exec(refusal) ?? []
    if (statements === undefined) throw new Error(`It says: ${refusal}`)
    await asAdministrator(statements.replace('<the user of DATABASE_URL>', user))
    await works(url)
    await works(url)
  })

  test('who may make roles makes them', async () => {
    const { url } = await databaseOf(cluster, 'createrole')
    await works(url)
  })
})

const user = 'plain_user'

async function databaseOf(cluster: Cluster, may: string) {
  const { url } = await createDatabase(cluster.url)
  const asAdministrator = async (statement: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await asAdministrator(`create role ${user} login ${may}`)
  await asAdministrator(`alter database ${new URL(url).pathname.slice(1)} owner to ${user}`)
  const own = new URL(url)
  own.username = user
  return { url: own.href, asAdministrator }
}

async function works(url: string): Promise<void> {
  const database = await openDatabase({ databaseUrl: url, dataDir: '/nowhere' })
  try {
    await proveIsolation(database.db)
    const queue = await openQueueOn(database)
    const person = await findOrAddPerson(database.db, {
      tenantId: crypto.randomUUID(),
      objectId: crypto.randomUUID(),
      displayName: 'Ann',
      roles: [],
    })
    const connection = await asPerson(database.db, person, async (trx) => {
      const added = await addConnection(trx, person, 'microsoft')
      await addMailbox(trx, added)
      await askForCatchUp(trx, [added.id])
      return added
    })
    await asSystem(database.db, (trx) => askForSubscription(trx, [connection.id]))
    expect(await queue.depth()).toMatchObject({ 'catch-up': 1, subscribe: 1 })
    await asPerson(database.db, person, (trx) => removeConnection(trx, connection.id))
    await queue.stop()
  } finally {
    await database.close()
  }
}
