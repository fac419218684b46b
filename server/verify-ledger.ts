// `npm run ledger:verify`: checks the chains of every access log against what Vault keeps of them. The environment is the
// server's. It ends with 0 when all are whole, with 1 when one is broken, with 2 when it could not look, be it only at one.
// With `-- --accept-restored` a database that is older than what Vault keeps of it counts from now on as it is.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { readConfig } from './config.ts'
import { readKept } from './connections/ledger-key.ts'
import { openVault } from './connections/vault.ts'
import { openDatabase } from './database/database.ts'
import { purgedBefore } from './ledger/purge-store.ts'
import { type Checked, type Finding, verifyAll } from './ledger/verify-store.ts'
import { setLogLevel } from './log.ts'
import { asSystem } from './people/unit-of-work.ts'
import { UpstreamError } from './upstream/upstream-error.ts'

async function verify(accepts: boolean): Promise<number> {
  const config = readConfig(process.env)
  setLogLevel('error')
  const vault = openVault(config)
  await vault.health()
  const database = await openDatabase(config)
  try {
    const counts = { whole: 0, broken: 0, ended: 0, keyless: 0, accepted: 0 }
    const keptUnder = (connectionKey: string) => readKept(vault, connectionKey)
    for await (const checked of verifyAll((work) => asSystem(database.db, work), {
      keptUnder,
      purgedBefore: purgedBefore(config.retentionDays),
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
    process.stdout.write(`${counts.whole} whole, ${counts.broken} broken, ${counts.ended} ended${accepted}${keyless}\n`)
    if (counts.broken > 0) return 1
    return counts.keyless > 0 ? 2 : 0
  } finally {
    await database.close()
  }
}

function told(error: unknown): number {
  const isRefused = error instanceof UpstreamError && error.code === 'denied'
  const hint = isRefused ? ' (prepare Vault again with deploy/vault/set-up.mjs: the policies of an earlier version do not do)' : ''
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`)
  return 2
}

type Kind = 'whole' | 'broken' | 'ended' | 'keyless'

function kindOf({ verdict }: Finding): Kind {
  if (verdict === 'ended') return 'ended'
  if (verdict === 'no-key') return 'keyless'
  return typeof verdict === 'object' && verdict.whole ? 'whole' : 'broken'
}

/** One line: the worst first. */
function wordsFor({ findings }: Checked): string {
  const order: Kind[] = ['broken', 'keyless', 'whole', 'ended']
  const sorted = findings.toSorted((one, other) => order.indexOf(kindOf(one)) - order.indexOf(kindOf(other)))
  return sorted.map(wordsOf).join('; ')
}

function wordsOf({ chainId, verdict, isAnchored }: Finding): string {
  if (verdict === 'ended') return 'ended: its key went with the connection, nothing can be checked'
  // After a restore beside an empty Vault; or somebody has removed the key, so that nobody can look.
  if (verdict === 'no-key') return 'NOT CHECKED: Vault holds no key for it'
  if (verdict === 'no-chain') return 'BROKEN: the mailbox is connected, and its chain is missing'
  if (verdict === 'taken-away') return `BROKEN: chain ${chainId} is missing, of which Vault holds an anchor`
  if (verdict.whole) {
    const open = verdict.open > 0 ? `, ${verdict.open} of them without an end` : ''
    return `ok: ${verdict.calls} entries${open}${isAnchored ? '' : ', not yet anchored'}`
  }
  const at = verdict.at === null ? '' : `, near ${verdict.at.toISOString()}`
  const lacking = verdict.lacking > 0 ? `: ${verdict.lacking} links are missing` : ''
  return `BROKEN in chain ${chainId} at link ${verdict.seq}${at}: ${because[verdict.because]}${lacking}`
}

const because = {
  'other-key': 'it was made with another key than the one in Vault',
  'other-owner': 'it was given to another person',
  missing: 'an entry, or its end, was removed',
  changed: 'an entry was changed or moved',
  surplus: 'an entry stands twice, or where none was kept',
  'cut-before': 'older entries are missing that RETENTION_DAYS would have kept',
  'cut-after': 'the newest entries were removed',
  'behind-anchor': 'the database is older than Vault’s anchor',
  'beside-anchor': 'entries of which Vault holds an anchor were replaced by others, or an older database was restored and has gone on',
}

if (existsSync('.env')) process.loadEnvFile('.env')
process.exit(await verify(process.argv.includes('--accept-restored')).catch(told))
