// A person's standing permission at monday.com, as the client of their boards is given it.
import { type Actor, asPerson } from '../people/unit-of-work.ts'
import { mondayTokenSource, type TokenDeps } from './access-token.ts'
import { findConnection } from './connection-store.ts'

/** undefined: this person is not connected. */
export async function mondayConnectionOf(deps: TokenDeps, actor: Actor) {
  const connection = await asPerson(deps.db, actor, (trx) => findConnection(trx, actor.personId, 'monday'))
  if (connection === undefined || connection.status === 'connecting' || connection.status === 'disconnecting') return undefined
  return { id: connection.id, ...mondayTokenSource(deps, connection.id) }
}
