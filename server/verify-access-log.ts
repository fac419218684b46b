// `npm run access-log:verify`: checks the chains of every access log against their keys and anchors in Vault, with the server's
// environment. Exit code 0: all are whole, or ended with a seal. 1: at least one is broken or forged. 2: the check failed, or at least
// one can no longer be verified.
// `-- --accept-restored` accepts, from now on, a database that is older than its anchors in Vault.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { type Config, readConfig } from './config.ts'
import { readKept } from './connections/access-log-key.ts'
import { openVault } from './connections/vault.ts'
import { openDatabase } from './database/database.ts'
import { appliedAt } from './database/migrate.ts'
import type { Database } from './database/schema.ts'
import { purgedBefore } from './access-log/purge-store.ts'
import { sealKeyFrom } from './access-log/seal.ts'
import { type Checked, type Finding, type Seals, verifyAll } from './access-log/verify-store.ts'
import { setLogLevel } from './log.ts'
import { asSystem } from './people/unit-of-work.ts'
import { UpstreamError } from './upstream/upstream-error.ts'

async function verify(accepts: boolean): Promise<number> {
  const config = readConfig(process.env)
  setLogLevel('error')
  const vault = openVault(config)
  // Opening the embedded database blocks the process for seconds, which would kill a connection to Vault opened before it.
  const database = await openDatabase(config)
  try {
    await vault.health()
    const counts = { whole: 0, broken: 0, ended: 0, unverifiable: 0, keyless: 0, accepted: 0 }
    const keptUnder = (connectionKey: string) => readKept(vault, connectionKey)
    for await (const checked of verifyAll((work) => asSystem(database.db, work), {
      keptUnder,
      purgedBefore: purgedBefore(config.retentionDays),
      seals: await sealsOf(database.db, config),
    })) {
      for (const finding of checked.findings) {
        const isAccepted = accepts && finding.accept !== undefined
        if (isAccepted) await finding.accept?.()
        counts[isAccepted ? 'accepted' : kindOf(finding)] += 1
      }
      process.stdout.write(`${checked.connectionId} ${wordsFor(checked)}\n`)
    }
    const accepted = counts.accepted > 0 ? `, ${counts.accepted} accepted as restored` : ''
    const keyless = counts.keyless > 0 ? `, ${counts.keyless} without a key` : ''
    const lost = counts.unverifiable > 0 ? `, ${counts.unverifiable} not verifiable` : ''
    process.stdout.write(`${counts.whole} whole, ${counts.broken} broken, ${counts.ended} ended${accepted}${keyless}${lost}\n`)
    if (counts.broken > 0) return 1
    return counts.keyless + counts.unverifiable > 0 ? 2 : 0
  } finally {
    await database.close()
  }
}

function reportFailure(error: unknown): number {
  const isRefused = error instanceof UpstreamError && error.code === 'denied'
  const hint = isRefused ? ' (prepare Vault again with deploy/vault/set-up.mjs: the policies of an earlier version are not enough)' : ''
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`)
  return 2
}

/** Chains that end after this migration are sealed. */
async function sealsOf(db: Database, config: Config): Promise<Seals> {
  return { key: sealKeyFrom(config.entra), since: (await appliedAt(db, '0009-tickets-and-seals')) ?? new Date(0) }
}

type Kind = 'whole' | 'broken' | 'ended' | 'unverifiable' | 'keyless'

function kindOf({ result }: Finding): Kind {
  if (result === 'ended' || result === 'unverifiable') return result
  if (result === 'no-key') return 'keyless'
  return typeof result === 'object' && result.whole ? 'whole' : 'broken'
}

/** One line: the worst first. */
function wordsFor({ findings }: Checked): string {
  const order: Kind[] = ['broken', 'keyless', 'unverifiable', 'whole', 'ended']
  const sorted = findings.toSorted((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)))
  return sorted.map(wordsOf).join('; ')
}

function wordsOf({ chainId, result, isAnchored, end }: Finding): string {
  if (result === 'ended') return `ended${onDay(end?.at)}: ${endings[end?.because ?? 'empty'](end?.calls ?? 0)}`
  if (result === 'unverifiable') return `CANNOT BE VERIFIED: chain ${chainId}, ${endings[end?.because ?? 'empty'](end?.calls ?? 0)}`
  // After a restore with an empty Vault, or when someone has removed the key to prevent the check.
  if (result === 'no-key') return 'NOT CHECKED: Vault has no key for it'
  if (result === 'no-chain') return 'BROKEN: the mailbox is connected, but its chain is missing'
  if (result === 'taken-away') return `BROKEN: chain ${chainId} is missing, although Vault has an anchor for it`
  if (result.whole) {
    const open = result.open > 0 ? `, ${result.open} of them without an end` : ''
    return `ok: ${result.calls} entries${open}${isAnchored ? '' : ', not yet anchored'}`
  }
  const at = result.at === null ? '' : `, near ${result.at.toISOString()}`
  const lacking = result.lacking > 0 ? `: ${result.lacking} links are missing` : ''
  return `BROKEN in chain ${chainId} at link ${result.seq}${at}: ${because[result.because]}${lacking}`
}

const onDay = (at: Date | null | undefined) => (at ? ` on ${at.toISOString().slice(0, 10)}` : '')

const endings = {
  sealed: (calls: number) => `its key was erased with the connection; its seal verifies all ${calls} entries`,
  'key-lost': (calls: number) =>
    `Vault lost its key, so the content of its ${calls} entries can no longer be verified; none was added or removed`,
  'before-seals': (calls: number) =>
    `${calls} entries. It ended without a seal: before chains were sealed, or someone made it look so. It is deleted when its entries are older than RETENTION_DAYS`,
  'other-credential': (calls: number) =>
    `${calls} entries, sealed with a different client secret or certificate than the server has now. Check with the former one. It is deleted when its entries are older than RETENTION_DAYS`,
  empty: () => 'it has no entries left',
} satisfies Record<NonNullable<Finding['end']>['because'], (calls: number) => string>

const because = {
  'other-key': 'it was made with a different key than the one in Vault',
  'other-owner': 'it was given to another person',
  missing: 'an entry, or its end, was removed',
  changed: 'an entry was changed or moved',
  surplus: 'an entry appears twice, or where none was written',
  'cut-before': 'older entries are missing that RETENTION_DAYS would have kept',
  'cut-after': 'the newest entries were removed',
  'behind-anchor': 'the database is older than Vault’s anchor',
  'time-ahead': 'its time is ahead of the clock, so later entries would be dated in the future',
  'chain-row': 'the row of the chain was changed: it says where and when the next entry goes',
  unsealed: 'it is marked as ended but has no seal: it was forged, or ended by someone with access to the database only',
  'seal-forged': 'its seal does not match: entries were added or removed after it ended, or the chain was forged',
  'beside-anchor': 'entries that Vault has an anchor for were replaced, or an older database was restored and went on',
}

if (existsSync('.env')) process.loadEnvFile('.env')
process.exit(await verify(process.argv.includes('--accept-restored')).catch(reportFailure))
