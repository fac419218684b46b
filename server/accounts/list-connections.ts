import type { Connection } from '../../contract/connection.ts'
import { type ConnectionRow, connectionsShown, findConnection, type Provider } from '../connections/connection-store.ts'
import type { Database, Db } from '../database/schema.ts'
import { asPerson, type Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'

export const listConnections = (db: Database, person: Actor): Promise<Connection[]> =>
  asPerson(db, person, (trx) => connectionsShown(trx, person.personId))

/** The one of who asks. */
export async function connectionOf(db: Db, { personId }: Actor, provider: Provider): Promise<ConnectionRow> {
  const connection = await findConnection(db, personId, provider)
  if (connection === undefined || connection.status === 'connecting')
    throw new Problem('connection-not-found', 'This mailbox is not connected.')
  return connection
}
