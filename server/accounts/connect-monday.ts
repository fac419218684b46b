// Connects monday.com: by a personal token that its owner brings, or by the page on which they let this server's app in.
import type { Connection, MondayPage } from '../../contract/connection.ts'
import { activateConnection, addConnection, type ConnectionRow, findConnections } from '../connections/connection-store.ts'
import { keepTokens } from '../connections/keep-tokens.ts'
import type { MondayGrant } from '../connections/monday-oauth.ts'
import { withLease } from '../database/leases.ts'
import type { Db } from '../database/schema.ts'
import { offboardedProblem } from '../people/tenants.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { resumeRunsOf } from '../runs/retry-run.ts'
import type { AccountDeps } from './account-deps.ts'
import { type Owner, shownOf, unlessTakenAway } from './complete-connection.ts'
import { openMondayPage } from './consent-store.ts'

export async function connectMonday(deps: AccountDeps, owner: Owner, token: string | undefined): Promise<Connection | MondayPage> {
  if (token !== undefined) return completeMonday(deps, owner, { accessToken: token, refreshToken: null, expiresAt: null, scopes: [] })
  if (!deps.tokens.mondayOAuth.isConfigured)
    throw tokenProblem('This server has no app at monday.com: connect with a personal token.', 'missing')
  return openMondayPage(deps, owner)
}

const leaseSeconds = 120

/** A second click waits for the first, and then finds it done. */
export const completeMonday = (deps: AccountDeps, owner: Owner, grant: MondayGrant): Promise<Connection> =>
  withLease(deps.db, `connect-monday:${owner.personId}`, leaseSeconds, () => complete(deps, owner, grant))

async function complete(deps: AccountDeps, owner: Owner, grant: MondayGrant): Promise<Connection> {
  if (!deps.tenants.allows(owner.tenantId)) throw offboardedProblem()
  const account = await deps.monday.accountOf(grant.accessToken)
  if (account === undefined) throw tokenProblem('monday.com does not accept this token.', 'refused')
  const connection = await asPerson(deps.db, owner, (trx) => findOrAdd(trx, owner))
  await unlessTakenAway(deps, connection, () => bringUp(deps, owner, { connection, grant, account: account.email }))
  return shownOf(deps, owner, 'monday')
}

/** While anything of the person is on its way out nothing is added: an erasure must find all that holds tokens. */
async function findOrAdd(trx: Db, owner: Owner): Promise<ConnectionRow> {
  const connections = await findConnections(trx, owner.personId)
  if (connections.some(({ status }) => status === 'disconnecting'))
    throw new Problem('service-unavailable', 'A connection is being removed. Try again in a moment.', { retryAfterSeconds: 5 })
  return connections.find(({ provider }) => provider === 'monday') ?? addConnection(trx, owner, 'monday')
}

type Coming = { connection: ConnectionRow; grant: MondayGrant; account: string }

async function bringUp(deps: AccountDeps, owner: Owner, { connection, grant, account }: Coming): Promise<void> {
  await keepTokens(deps.tokens.vault, connection.connection_key, () => ({ ...grant, displayName: owner.displayName }))
  deps.tokens.memory.forget(connection.id)
  await deps.tokens.cooldowns.forget(connection.id)
  await asPerson(deps.db, owner, async (trx) => {
    const tokenExpiresAt = grant.expiresAt === null ? null : new Date(grant.expiresAt)
    const isUp = await activateConnection(trx, connection.id, { account, scopes: grant.scopes, tokenExpiresAt })
    if (!isUp) throw new Error('The connection is on its way out')
    // Another account may see other boards.
    await deps.monday.forget(trx, owner)
    await resumeRunsOf(trx, owner.personId)
    await deps.tokens.announce(trx, { tenantId: owner.tenantId, personId: owner.personId, kind: 'connection', id: connection.id })
  })
}

const tokenProblem = (detail: string, code: string) =>
  new Problem('invalid-request', detail, { errors: [{ pointer: '/token', detail, code }] })
