// `npm run ledger:verify`: checks the chain of every access log against Vault's keys. The environment is the server's. It
// ends with 0 when all are whole, with 1 when one is broken, with 2 when it could not look, be it only at one.
import { existsSync } from 'node:fs'
import process from 'node:process'
import { readConfig } from './config.ts'
import { keyFrom } from './connections/ledger-key.ts'
import { openVault } from './connections/vault.ts'
import { openDatabase } from './database/database.ts'
import { type Checked, verifyAll } from './ledger/verify-store.ts'
import { setLogLevel } from './log.ts'
import { asSystem } from './people/unit-of-work.ts'

const dayMs = 86_400_000

async function verify(): Promise<number> {
  const config = readConfig(process.env)
  setLogLevel('error')
  const vault = openVault(config)
  await vault.health()
  const database = await openDatabase(config)
  const keyOf = async (connectionKey: string) => {
    const ledgerKey = (await vault.readTokens(connectionKey))?.tokens.ledgerKey
    return ledgerKey === undefined ? undefined : keyFrom(ledgerKey)
  }
  try {
    const counts = { whole: 0, broken: 0, ended: 0, keyless: 0 }
    const purgedBefore = new Date(Date.now() - config.retentionDays * dayMs)
    for await (const checked of verifyAll((work) => asSystem(database.db, work), keyOf, purgedBefore)) {
      counts[kindOf(checked)] += 1
      process.stdout.write(`${checked.connectionId} ${wordsFor(checked)}\n`)
    }
    const keyless = counts.keyless > 0 ? `, ${counts.keyless} without a key` : ''
    process.stdout.write(`${counts.whole} whole, ${counts.broken} broken, ${counts.ended} ended${keyless}\n`)
    if (counts.broken > 0) return 1
    return counts.keyless > 0 ? 2 : 0
  } finally {
    await database.close()
  }
}

function told(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 2
}

function kindOf({ verdict }: Checked): 'whole' | 'broken' | 'ended' | 'keyless' {
  if (verdict === 'ended') return 'ended'
  if (verdict === 'no-key') return 'keyless'
  return typeof verdict === 'object' && verdict.whole ? 'whole' : 'broken'
}

function wordsFor({ chainId, verdict }: Checked): string {
  if (typeof verdict === 'string') return wordsOf[verdict]
  if (verdict.whole) return `ok: ${verdict.calls} entries${verdict.open > 0 ? `, ${verdict.open} of them without an end` : ''}`
  const at = verdict.at === null ? '' : `, near ${verdict.at.toISOString()}`
  return `BROKEN in chain ${chainId} at link ${verdict.seq}${at}: ${because[verdict.because]}`
}

const wordsOf = {
  ended: 'ended: its key went with the connection, nothing can be checked',
  // After a restore beside an empty Vault; or somebody has removed the key, so that nobody can look.
  'no-key': 'NOT CHECKED: Vault holds no key for it',
  'no-chain': 'BROKEN: the mailbox is connected, and its chain is missing',
}

const because = {
  'other-key': 'it was made with another key than the one in Vault',
  missing: 'an entry, or its end, was removed',
  changed: 'an entry was changed or moved',
  surplus: 'an entry stands twice, or where none was kept',
  'cut-before': 'older entries are missing that RETENTION_DAYS would have kept',
  'cut-after': 'the newest entries were removed',
}

if (existsSync('.env')) process.loadEnvFile('.env')
process.exit(await verify().catch(told))
