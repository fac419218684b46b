// The one way to a delegated token. It is refreshed ahead of its end by one caller for all: within a process they share
// the call, across processes a lease lets the second find what the first has written. No transaction is held meanwhile.
// When Entra says that the permission is gone, the connection is marked once, and nobody asks again until it is renewed.
import type { Database, Db } from '../database/schema.ts'
import type { Tenants } from '../people/tenants.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { isOutage, UpstreamError } from '../upstream/upstream-error.ts'
import { type ConnectionRow, findConnectionById, type LostBecause, markNeedsReconnect, markRefreshed } from './connection-store.ts'
import type { Cooldowns } from './cooldowns.ts'
import type { Entra, Grant } from './entra.ts'
import type { MondayOAuth } from './monday-oauth.ts'
import type { Refusal } from './entra-refusal.ts'
import { withLease } from '../database/leases.ts'
import type { TokenMemory } from './token-memory.ts'
import { newAccessLogKey, type StoredTokens, type Vault } from './vault.ts'

export type TokenDeps = {
  db: Database
  vault: Vault
  entra: Entra
  mondayOAuth: MondayOAuth
  /** Of this process. */
  memory: TokenMemory
  cooldowns: Cooldowns
  tokenRefreshAheadMs: number
  tenants: Tenants
  /** Tells open panes, in the transaction of the change. */
  announce: (trx: Db, word: ConnectionChanged) => Promise<void>
}

type ConnectionChanged = { tenantId: string; personId: string; kind: 'connection'; id: string }

/** The permission is gone until its owner connects again. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost'
  code: string

  constructor(code: string) {
    super(`The connection must be made again (${code})`)
    this.code = code
  }
}

/** What a client of monday.com is given to work with. */
export const mondayTokenSource = (deps: TokenDeps, connectionId: string, clock: () => Date = () => new Date()) => ({
  accessToken: (insteadOf?: string) => accessToken(deps, connectionId, { insteadOf, isLeaving: false, now: clock() }),
  refused: () => loseConnection(deps, connectionId, 'revoked'),
})

/** What a client of Graph is given to work with. */
export const tokenSource = (deps: TokenDeps, connectionId: string, clock: () => Date = () => new Date()) =>
  sourceOf(deps, connectionId, false, clock)

/** To end what Graph holds for a mailbox, and nothing else: of a tenant that is no longer listed too. It is not remembered. */
export const leavingTokenSource = (deps: TokenDeps, connectionId: string) => sourceOf(deps, connectionId, true, () => new Date())

const sourceOf = (deps: TokenDeps, connectionId: string, isLeaving: boolean, clock: () => Date) => ({
  /** `insteadOf`: this one was refused, another is needed. */
  current: (insteadOf?: string) => accessToken(deps, connectionId, { insteadOf, isLeaving, now: clock() }),
  /** Even a fresh token is refused: the permission is gone, whatever Entra says of it. */
  refused: ({ claims }: { claims?: string | undefined }) =>
    loseConnection(deps, connectionId, claims === undefined ? 'refused-by-graph' : 'interaction-required'),
})

type Need = { insteadOf: string | undefined; isLeaving: boolean; now: Date }

async function accessToken(deps: TokenDeps, connectionId: string, need: Need): Promise<string> {
  const remembered = deps.memory.recall(connectionId, need.now)
  if (remembered !== undefined && remembered !== need.insteadOf) return remembered
  if (need.isLeaving) return obtain(deps, connectionId, need)
  const token = await deps.memory.once(connectionId, () => obtain(deps, connectionId, need))
  // The call that was shared may have begun before the refusal.
  return token === need.insteadOf ? accessToken(deps, connectionId, need) : token
}

async function loseConnection(
  deps: Pick<TokenDeps, 'db' | 'memory' | 'announce'>,
  connectionId: string,
  code: LostBecause,
): Promise<never> {
  deps.memory.forget(connectionId)
  await asSystem(deps.db, async (trx) => {
    if (!(await markNeedsReconnect(trx, connectionId, code))) return
    const connection = await findConnectionById(trx, connectionId)
    if (connection !== undefined)
      await deps.announce(trx, { tenantId: connection.tenant_id, personId: connection.person_id, kind: 'connection', id: connectionId })
  })
  throw new ConnectionLost(code)
}

/** Whoever writes over what Vault keeps of a connection does so alone: a refresh must not lose what it was given. */
export const whileAlone = <Result>(db: Database, connectionId: string, work: () => Promise<Result>): Promise<Result> =>
  withLease(db, `refresh:${connectionId}`, leaseSeconds, work)

/** Longer than the calls it covers can take: Vault twice, Entra's metadata and its tokens, each ten seconds. */
const leaseSeconds = 60

type Kept = { tokens: StoredTokens; version: number }

async function obtain(deps: TokenDeps, connectionId: string, need: Need): Promise<string> {
  const connection = await usable(deps, connectionId, need)
  const kept = await readKept(deps, connection)
  if (isGood(kept.tokens, need, deps.tokenRefreshAheadMs)) return remember(deps, connectionId, kept.tokens, need)
  return whileAlone(deps.db, connectionId, async () => {
    // Another process may have refreshed, or found the permission gone, while this one waited.
    const current = await usable(deps, connectionId, need)
    const present = await readKept(deps, current)
    if (isGood(present.tokens, need, deps.tokenRefreshAheadMs)) return remember(deps, connectionId, present.tokens, need)
    return refresh(deps, current, present, need).catch((error: unknown) => {
      // Keep using a valid token when refreshing it fails.
      if (isOutage(error) && isGood(present.tokens, need, 0)) return remember(deps, connectionId, present.tokens, need)
      throw error
    })
  })
}

async function usable(deps: TokenDeps, connectionId: string, { isLeaving }: Need): Promise<ConnectionRow> {
  const connection = await findConnectionById(deps.db, connectionId)
  if (connection === undefined) throw new ConnectionLost('not-connected')
  if (!isLeaving && !deps.tenants.allows(connection.tenant_id)) return loseConnection(deps, connectionId, 'tenant-not-allowed')
  const mayEnd = isLeaving && connection.reason?.code === 'tenant-not-allowed'
  if (connection.status === 'needs-reconnect' && !mayEnd) throw new ConnectionLost(connection.reason?.code ?? 'revoked')
  return connection
}

async function readKept(deps: TokenDeps, connection: ConnectionRow): Promise<Kept> {
  const work = () => deps.vault.readTokens(connection.connection_key)
  const kept = await deps.cooldowns.guard('vault', { connectionId: connection.id }, { work })
  return kept ?? loseConnection(deps, connection.id, 'tokens-missing')
}

const isGood = (tokens: StoredTokens, { insteadOf, now }: Need, aheadMs: number) =>
  tokens.accessToken !== insteadOf && endOf(tokens) - aheadMs > now.getTime()

const endOf = ({ expiresAt }: StoredTokens) => (expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt))

async function refresh(deps: TokenDeps, connection: ConnectionRow, { tokens, version }: Kept, need: Need): Promise<string> {
  const next = await renewed(deps, connection, tokens, need.now)
  if (typeof next === 'string') return loseConnection(deps, connection.id, next)
  const written = await deps.vault.writeTokens(connection.connection_key, next, version)
  // Somebody who connected again meanwhile has written what counts.
  if (written === 'lost') return remember(deps, connection.id, (await readKept(deps, connection)).tokens, need)
  await markRefreshed(deps.db, connection.id, { expiresAt: next.expiresAt === null ? null : new Date(next.expiresAt), scopes: next.scopes })
  return remember(deps, connection.id, next, need)
}

/** Or why the permission is gone. */
async function renewed(deps: TokenDeps, connection: ConnectionRow, tokens: StoredTokens, now: Date): Promise<StoredTokens | LostBecause> {
  const { id: connectionId, tenant_id: tenantId, provider } = connection
  const { refreshToken } = tokens
  if (refreshToken === null) return 'revoked'
  if (provider === 'monday') {
    const grant = await deps.mondayOAuth.refresh(refreshToken, now)
    return grant === 'refused' ? 'revoked' : { ...tokens, ...grant, refreshToken: grant.refreshToken ?? refreshToken }
  }
  const work = () => deps.entra.refresh({ tenantId, refreshToken, scopes: tokens.scopes })
  const answer = await deps.cooldowns.guard('entra', { connectionId, tenantId }, { work })
  return 'refusal' in answer ? reasonOf(answer.refusal) : tokensFrom(answer.grant, { ...tokens, refreshToken }, now)
}

/** Until it is time to refresh; one that is used to its end, since Entra is away, until then. */
function remember(
  { memory, tokenRefreshAheadMs }: TokenDeps,
  connectionId: string,
  tokens: StoredTokens,
  { isLeaving, now }: Need,
): string {
  if (isLeaving) return tokens.accessToken
  const end = Math.min(endOf(tokens), now.getTime() + 86_400_000)
  const ahead = end - tokenRefreshAheadMs
  memory.remember(connectionId, { token: tokens.accessToken, goodUntil: new Date(ahead > now.getTime() ? ahead : end), now })
  if (tokens.ledgerKey !== undefined) memory.rememberAccessLogKey(connectionId, Buffer.from(tokens.ledgerKey, 'base64url'), now)
  return tokens.accessToken
}

/** Entra may leave the refresh token as it was. */
export function tokensFrom(
  grant: Grant,
  previous: Pick<StoredTokens, 'displayName' | 'ledgerKey'> & { refreshToken: string },
  now: Date,
): StoredTokens & { expiresAt: string } {
  return {
    accessToken: grant.accessToken,
    refreshToken: grant.refreshToken ?? previous.refreshToken,
    expiresAt: new Date(now.getTime() + grant.expiresInSeconds * 1000).toISOString(),
    displayName: previous.displayName,
    scopes: grant.scopes,
    ledgerKey: previous.ledgerKey ?? newAccessLogKey(),
  }
}

function reasonOf({ verdict }: Refusal): LostBecause {
  // An assertion is no part of a refresh.
  if (verdict === 'bad-assertion') throw new UpstreamError('entra', { status: 503, code: verdict })
  // To a connection that was lost it is one: consent is missing.
  return verdict === 'approval-required' ? 'consent-required' : verdict
}
