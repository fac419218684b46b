import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../server/database/database.ts'
import { databases } from '../support/databases.ts'
import { verifyLedger } from '../support/verify-ledger.ts'
import { startWorld, type World } from '../support/world.ts'

async function tamper({ environment }: World, statement: string): Promise<void> {
  const database = await openDatabase({ databaseUrl: environment['DATABASE_URL'] ?? null, dataDir: environment['DATA_DIR'] ?? '' })
  await sql.raw(statement).execute(database.db)
  await database.close()
}

describe.each(databases)('on %s', (database) => {
  test('an operator learns whether the access logs are whole', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.connect(world.yanis)
    await world.untilIdle()
    await world.server.stop()

    const whole = await verifyLedger(world)
    expect(whole.output).toContain('2 whole, 0 broken, 0 ended')
    expect(whole.code).toBe(0)

    await tamper(
      world,
      `delete from access_log where (chain_id, seq) in (select chain_id, min(seq) + 2 from access_log group by chain_id limit 1)`,
    )
    const broken = await verifyLedger(world)
    expect(broken.output).toContain('an entry, or its end, was removed')
    expect(broken.output).toContain('1 whole, 1 broken, 0 ended')
    expect(broken.code).toBe(1)
    // Neither names nor keys.
    expect(broken.output).not.toMatch(/camille|yanis|[0-9a-zA-Z_-]{43}/i)
    await world.server.start()
  }, 120_000)

  test('what a disconnection ended is neither whole nor broken', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.api(world.camille).call('disconnect', { params: { provider: 'microsoft' } })
    await world.untilIdle()
    const { items } = await world.api(world.camille).call('listAccess')
    expect(items.map(({ purpose, what }) => `${purpose.kind}: ${what}`)).toContain('disconnection: subscription-delete')
    await world.server.stop()
    const { code, output } = await verifyLedger(world)
    expect(output).toContain('0 whole, 0 broken, 1 ended')
    expect(code).toBe(0)
    await world.server.start()
  }, 120_000)
})
