// From a grant to a mailbox that is watched, whichever way the grant came: tokens to Vault, one check read, the row made
// active with all that waited for it, then the subscription. Broken off anywhere, it can be done once more.
import type { Connection } from '../../contract/connection.ts'
import { tokensFrom } from '../connections/access-token.ts'
import {
  activateConnection,
  addConnection,
  type ConnectionRow,
  connectionsShown,
  findConnection,
  findConnectionById,
  removeConnection,
} from '../connections/connection-store.ts'
import type { Grant } from '../connections/entra.ts'
import { keyFrom } from '../connections/access-log-key.ts'
import { keepTokens } from '../connections/keep-tokens.ts'
import { withLease } from '../database/leases.ts'
import type { Db } from '../database/schema.ts'
import { atSpareTurn } from '../connections/spare-turn.ts'
import { newAccessLogKey, type StoredTokens, type Vault } from '../connections/vault.ts'
import { graphFor } from '../graph/graph-client.ts'
import { log } from '../log.ts'
import { offboardedProblem } from '../people/tenants.ts'
import { type Actor, asPerson, asSystem } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { releaseParked } from '../inbox/release-store.ts'
import { resumeRuns } from '../runs/retry-run.ts'
import { ensureSubscription } from '../subscriptions/subscribe.ts'
import type { AccountDeps, Wish } from './account-deps.ts'
import { noteReturn } from '../mailboxes/catch-up-store.ts'
import { askForCatchUp, askForSubscription } from '../mailboxes/due-mailboxes.ts'
import { activateMailbox, addMailbox } from '../mailboxes/mailbox-store.ts'
import { eraseTokens } from './erase-tokens.ts'
import { readMailbox } from './read-mailbox.ts'

export type Owner = Actor & { displayName: string }

const leaseSeconds = 120

/** A second click waits for the first, and then finds it done. */
export const oneAtATime = <Result>(deps: AccountDeps, { personId }: Actor, work: () => Promise<Result>): Promise<Result> =>
  withLease(deps.db, `connect:${personId}`, leaseSeconds, work)

export async function completeConnection(deps: AccountDeps, owner: Owner, grant: Grant, { catchUp }: Wish): Promise<Connection> {
  if (!deps.tenants.allows(owner.tenantId)) throw offboardedProblem()
  const known = await asPerson(deps.db, owner, (trx) => findConnection(trx, owner.personId, 'microsoft'))
  if (known?.status === 'disconnecting')
    throw new Problem('service-unavailable', 'The mailbox is being disconnected. Try again in a moment.', { retryAfterSeconds: 5 })
  const connection = known ?? (await asPerson(deps.db, owner, (trx) => addBoth(trx, owner)))
  await unlessTakenAway(deps, connection, () => bringUp(deps, owner, { connection, grant, catchUp }))
  await subscribeNowOrSoon(deps, connection.id)
  return shownOf(deps, owner, 'microsoft')
}

async function addBoth(trx: Db, owner: Actor): Promise<ConnectionRow> {
  const connection = await addConnection(trx, owner, 'microsoft')
  await addMailbox(trx, connection)
  return connection
}

/** Its owner may disconnect or be erased meanwhile: then nothing of it stays, and they are told so. */
export async function unlessTakenAway(deps: AccountDeps, connection: ConnectionRow, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const present = await findConnectionById(deps.db, connection.id)
    if (present !== undefined && present.status !== 'disconnecting') {
      if (present.status === 'connecting') await takeBack(deps, connection)
      throw error
    }
    await eraseTokens(deps, connection)
    throw new Problem('not-connected', 'The mailbox was disconnected while it was being connected.', {}, error)
  }
}

type Coming = { connection: ConnectionRow; grant: Grant; catchUp: Wish['catchUp'] }

async function bringUp(deps: AccountDeps, owner: Owner, { connection, grant, catchUp }: Coming): Promise<void> {
  const now = new Date()
  const tokens = await keepGrant(deps.tokens.vault, connection, owner, { grant, now })
  deps.tokens.memory.forget(connection.id)
  await deps.tokens.cooldowns.forget(connection.id)
  const readAtTurn = () => readMailbox(mailboxWith(deps, connection.id, tokens))
  const read = await atSpareTurn(deps.db, connection.id, readAtTurn)
  await asPerson(deps.db, owner, async (trx) => {
    const activation = {
      account: read.account ?? connection.account,
      scopes: grant.scopes,
      tokenExpiresAt: new Date(tokens.expiresAt),
    }
    await noteReturn(trx, connection, catchUp)
    await activateMailbox(trx, connection.id, { ...read, fromNow: catchUp === 'none' })
    const isUp = await activateConnection(trx, connection.id, activation)
    if (!isUp) throw new Error('The connection is on its way out')
    await releaseParked(trx, connection.id, catchUp)
    await resumeRuns(trx, connection.id)
    await askForCatchUp(trx, [connection.id])
    await deps.tokens.announce(trx, { tenantId: owner.tenantId, personId: owner.personId, kind: 'connection', id: connection.id })
  })
}

export async function shownOf({ db }: AccountDeps, owner: Actor, provider: Connection['provider']): Promise<Connection> {
  const shown = await asPerson(db, owner, (trx) => connectionsShown(trx, owner.personId))
  const connection = shown.find((each) => each.provider === provider)
  if (connection === undefined) throw new Problem('connection-not-found', 'It is not connected.')
  return connection
}

type KeptTokens = StoredTokens & { ledgerKey: string; expiresAt: string }

async function keepGrant(vault: Vault, connection: ConnectionRow, owner: Owner, { grant, now }: { grant: Grant; now: Date }) {
  if (grant.refreshToken === null) throw new Problem('microsoft-refused', 'Microsoft did not allow lasting access to the mailbox.')
  const tokens = tokensFrom(grant, { refreshToken: grant.refreshToken, displayName: owner.displayName }, now)
  // The access log goes on under the key that it has.
  const ledgerKeyOver = (present: StoredTokens | undefined) => present?.ledgerKey ?? tokens.ledgerKey ?? newAccessLogKey()
  return keepTokens(vault, connection.connection_key, (present): KeptTokens => ({ ...tokens, ledgerKey: ledgerKeyOver(present) }))
}

/** With this very token: the one that Vault keeps is handed out when the connection is active. */
const mailboxWith = ({ config, accessLog }: AccountDeps, mailboxId: string, { accessToken, ledgerKey }: KeptTokens) =>
  graphFor({
    graphUrl: config.graphUrl,
    mailboxId,
    purpose: { kind: 'connection', recipeIds: [] },
    record: (call) => accessLog.begin({ connectionId: mailboxId, key: async () => keyFrom(ledgerKey) }, call),
    tokens: {
      current: async () => accessToken,
      refused: async (error) => {
        throw error
      },
    },
  })

async function takeBack(deps: AccountDeps, connection: ConnectionRow): Promise<void> {
  await eraseTokens(deps, connection)
  await asSystem(deps.db, (trx) => removeConnection(trx, connection.id))
}

/** The mailbox is connected all the same: it is listed until notifications come. */
async function subscribeNowOrSoon(deps: AccountDeps, connectionId: string): Promise<void> {
  try {
    await ensureSubscription(deps, connectionId)
  } catch (error) {
    log.warn({ err: error, connectionId }, 'A mailbox is connected, but not subscribed to yet')
    await asSystem(deps.db, (trx) => askForSubscription(trx, [connectionId]))
  }
}
