import { listAccess } from '../ledger/access-log-store.ts'
import { sealKeyFrom } from '../ledger/seal.ts'
import { asPerson } from '../people/unit-of-work.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

export function accessLogHandlers({ db, config }: ApiDeps): Handlers<'listAccess'> {
  const sealKey = sealKeyFrom(config.entra)
  return { listAccess: ({ person, query }) => asPerson(db, person, (trx) => listAccess(trx, person.personId, query, sealKey)) }
}
