import { listAccess } from '../access-log/access-log-store.ts'
import { asPerson } from '../people/unit-of-work.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

export function accessLogHandlers({ db, sealKey }: Pick<ApiDeps, 'db'> & { sealKey: Buffer }): Handlers<'listAccess'> {
  return { listAccess: ({ person, query }) => asPerson(db, person, (trx) => listAccess(trx, person.personId, query, sealKey)) }
}
