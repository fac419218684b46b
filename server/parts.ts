// What the server is made of, opened once and handed on: the database, the queue, the way to Vault, Entra and Graph.
import { openMondayBoards } from './boards/monday/target.ts'
import { targetsOf } from './boards/targets.ts'
import type { Config } from './config.ts'
import { leavingTokenSource, type TokenDeps, tokenSource } from './connections/access-token.ts'
import { openCooldowns } from './connections/cooldowns.ts'
import { openEntra } from './connections/entra.ts'
import { keptBesideTokens, accessLogKeySource } from './connections/access-log-key.ts'
import { mondayConnectionOf } from './connections/monday-connection.ts'
import { openMondayOAuth } from './connections/monday-oauth.ts'
import { openTokenMemory } from './connections/token-memory.ts'
import { openVault } from './connections/vault.ts'
import { openContent } from './content/content.ts'
import type { OpenDatabase } from './database/database.ts'
import type { InTransaction } from './database/schema.ts'
import { graphFor, type GraphOptions, type OpenMailbox } from './graph/graph-client.ts'
import { openInbox } from './inbox/inbox.ts'
import { allDueRows } from './due-rows.ts'
import { openDueRows } from './jobs/claim-store.ts'
import { openPresence, type Presence } from './jobs/presence.ts'
import { openQueue, type Queue } from './jobs/queue.ts'
import { type AnchorKeeper, keepAnchors } from './access-log/anchors.ts'
import { type AccessLog, openAccessLog } from './access-log/access-log.ts'
import { sealKeyFrom } from './access-log/seal.ts'
import { announce } from './live/live.ts'
import { mailDigest } from './messages/mail-digest.ts'
import type { AccountDeps } from './accounts/account-deps.ts'
import { type HashOf, signInHash } from './people/erased-sign-ins.ts'
import { type Tenants, tenantsOf } from './people/tenants.ts'
import { asSystem } from './people/unit-of-work.ts'
import type { RunDeps } from './runs/run-deps.ts'
import { openTelling } from './runs/tell.ts'

export type Parts = {
  config: Config
  database: OpenDatabase
  queue: Queue
  presence: Presence
  tokens: TokenDeps
  accessLog: AccessLog
  anchors: AnchorKeeper
  /** Of whoever signs in, and of whoever was erased. */
  hashOf: HashOf
  tenants: Tenants
  /** Subscriptions need of these no more than they name. */
  mailboxes: AccountDeps
  runs: RunDeps
}

export async function openParts(config: Config, database: OpenDatabase): Promise<Parts> {
  const { db } = database
  const { jobLeaseMs, retryBaseMs, graphUrl, publicUrl, tokenRefreshAheadMs, catchupIntervalMs, catchupCallsPerSecond } = config
  const inTransaction: InTransaction = (work) => asSystem(db, work)
  const presence = await openPresence(database, inTransaction)
  const { worker } = presence
  const options = { leaseMs: jobLeaseMs, retryBaseMs, isAlone: database.kind === 'embedded', worker }
  const inbox = openInbox(inTransaction, options)
  const dueRows = openDueRows(inTransaction, allDueRows, options)
  const queue = openQueue({ database, inTransaction, inbox, dueRows, presence, jobLeaseMs, retryBaseMs })
  const tenants = tenantsOf(config.entra)
  const tokens: TokenDeps = {
    db,
    vault: openVault(config),
    entra: openEntra(config),
    mondayOAuth: openMondayOAuth(config),
    memory: openTokenMemory(),
    cooldowns: openCooldowns(db, { retryBaseMs }),
    tokenRefreshAheadMs,
    tenants,
    announce,
  }
  const monday = openMondayBoards({
    db,
    apiUrl: config.monday.apiUrl,
    connectionOf: (actor) => mondayConnectionOf(tokens, actor),
    keyTrustMs: config.idempotencyTrustMs,
  })
  const targets = targetsOf([monday.target])
  // Once: a certificate that is renewed on disk meanwhile would make another.
  const hashOf = signInHash(config.entra)
  const digestOf = mailDigest(config.entra)
  const anchors = keepAnchors({ inTransaction, keptOf: keptBesideTokens(tokens), retentionDays: config.retentionDays })
  const sealKey = sealKeyFrom(config.entra)
  const accessLog = openAccessLog(inTransaction, anchors.note, sealKey)
  const openMailbox: OpenMailbox = (connectionId, purpose) => {
    const key = accessLogKeySource(tokens, connectionId)
    const record: GraphOptions['record'] = (call) => accessLog.begin({ connectionId, key }, call)
    const guard: GraphOptions['guard'] = (guarded) => tokens.cooldowns.guard('graph', { connectionId }, guarded)
    const source = (purpose.kind === 'disconnection' ? leavingTokenSource : tokenSource)(tokens, connectionId)
    return graphFor({ graphUrl, mailboxId: connectionId, tokens: source, purpose, record, guard })
  }
  return {
    config,
    database,
    queue,
    presence,
    tokens,
    accessLog,
    anchors,
    hashOf,
    tenants,
    mailboxes: {
      config,
      db,
      tenants,
      tokens,
      accessLog,
      targets,
      monday,
      hashOf,
      sealKey,
      retentionDays: config.retentionDays,
      openMailbox,
      publicUrl,
      catchupIntervalMs,
      catchupCallsPerSecond,
      retryBaseMs,
    },
    runs: { db, targets, openMailbox, content: openContent(), digestOf, jobLeaseMs, worker, retryBaseMs, tell: openTelling(db) },
  }
}
