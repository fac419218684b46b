import { scopesOfPermission } from '../../contract/connection.ts'
import { connectMicrosoft } from '../mailboxes/connect-microsoft.ts'
import { disconnect } from '../mailboxes/disconnect.ts'
import { listConnections } from '../mailboxes/list-connections.ts'
import type { MailboxDeps } from '../mailboxes/mailbox-deps.ts'
import { readReceipt } from '../mailboxes/receipt-store.ts'
import { asSystem } from '../people/unit-of-work.ts'
import type { Handlers } from './route.ts'

type Names = 'connectMicrosoft' | 'listConnections' | 'disconnect' | 'readReceipt'

export function connectionHandlers(mailboxes: MailboxDeps): Handlers<Names> {
  return {
    connectMicrosoft: ({ person, assertion, body }) => {
      const scopes = body.permissions.flatMap((permission) => scopesOfPermission[permission])
      return connectMicrosoft(mailboxes, { person, assertion }, { scopes, catchUp: body.catchUp ?? 'all' })
    },
    listConnections: ({ person }) => listConnections(mailboxes.db, person),
    disconnect: ({ person, params }) => disconnect(mailboxes, person, params.provider),
    readReceipt: ({ params }) => asSystem(mailboxes.db, (trx) => readReceipt(trx, params.id)),
  }
}
