import type { Connection } from '../../contract/connection.ts'
import { connectionsShown } from '../connections/connection-store.ts'
import type { Database } from '../database/schema.ts'
import { asPerson, type Actor } from '../people/unit-of-work.ts'

export const listConnections = (db: Database, person: Actor): Promise<Connection[]> =>
  asPerson(db, person, (trx) => connectionsShown(trx, person.personId))
