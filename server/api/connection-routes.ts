import { scopesInUse, scopesOfPermission } from '../../contract/connection.ts'
import { catchUpOf } from '../mailboxes/catch-up-store.ts'
import { checkApproval, connectMicrosoft } from '../accounts/connect-microsoft.ts'
import { connectMonday } from '../accounts/connect-monday.ts'
import { daysOf } from '../mailboxes/days-store.ts'
import { disconnect } from '../accounts/disconnect.ts'
import { erase } from '../accounts/erase.ts'
import { openExport } from '../accounts/export.ts'
import { connectionOf, listConnections } from '../accounts/list-connections.ts'
import type { AccountDeps } from '../accounts/account-deps.ts'
import { readReceipt } from '../accounts/receipt-store.ts'
import { undoCatchUp } from '../accounts/undo-catch-up.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import type { Handlers } from './route.ts'

type Names =
  | 'connectMicrosoft'
  | 'connectMonday'
  | 'checkApproval'
  | 'listConnections'
  | 'disconnect'
  | 'readReceipt'
  | 'listDays'
  | 'readCatchUp'
  | 'undoCatchUp'
  | 'exportMe'
  | 'eraseMe'

export function connectionHandlers(mailboxes: AccountDeps): Handlers<Names> {
  return {
    connectMicrosoft: ({ person, assertion, body }) => {
      const scopes = body.permissions.flatMap((permission) => scopesOfPermission[permission])
      return connectMicrosoft(mailboxes, { person, assertion }, { scopes, catchUp: body.catchUp ?? 'all' })
    },
    connectMonday: ({ person, body }) => connectMonday(mailboxes, person, body.token),
    checkApproval: ({ person, assertion }) => checkApproval(mailboxes, { person, assertion }, scopesInUse),
    listConnections: ({ person }) => listConnections(mailboxes.db, person),
    exportMe: ({ person }) => openExport(mailboxes.db, person),
    eraseMe: ({ person }) => erase(mailboxes, person),
    disconnect: ({ person, params }) => disconnect(mailboxes, person, params.provider),
    listDays: ({ person, params, query }) =>
      asPerson(mailboxes.db, person, async (trx) => {
        const connection = await connectionOf(trx, person, params.provider)
        return { items: await daysOf(trx, connection, query.utcOffset ?? 0), next: null }
      }),
    readCatchUp: ({ person, params }) =>
      asPerson(mailboxes.db, person, async (trx) => ({ latest: await catchUpOf(trx, await connectionOf(trx, person, params.provider)) })),
    undoCatchUp: ({ person, params, body }) => undoCatchUp(mailboxes, person, params.provider, body.cursor),
    readReceipt: ({ params }) => asSystem(mailboxes.db, (trx) => readReceipt(trx, params.id)),
  }
}
