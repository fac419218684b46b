// The tokens of a connection go for good, and the key of its access log with them. The log is sealed before, while it can be told
// whether it is whole; broken off in between it is sealed already, and the tokens go when this is done once more.
import type { ConnectionRow } from '../connections/connection-store.ts'
import { readKept } from '../connections/access-log-key.ts'
import { endChains } from '../access-log/end-store.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { asSystem } from '../people/unit-of-work.ts'
import type { AccountDeps } from './account-deps.ts'

/** Whether there were any. */
export async function eraseTokens(deps: AccountDeps, { id, connection_key: connectionKey }: ConnectionRow): Promise<boolean> {
  const { db, accessLog, sealKey, retentionDays } = deps
  const { vault, memory } = deps.tokens
  const present = await vault.readTokens(connectionKey)
  const kept = present && (await readKept(vault, connectionKey))
  await accessLog.settle()
  const broken = await asSystem(db, (trx) => endChains(trx, { connectionId: id, kept, sealKey, retentionDays }))
  if (broken > 0) {
    metrics.alarms.inc({ alarm: 'access-log-broken' })
    log.error({ connectionId: id, count: broken }, 'An access log was changed before its connection ended: run `npm run access-log:verify`')
  }
  await vault.eraseTokens(connectionKey)
  memory.forget(id)
  return present !== undefined
}
