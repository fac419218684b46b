import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../server/database/database.ts'
import { aBoard, aMail, aRecipe, everyMail, untilItems } from '../support/builders.ts'
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

  const ofCamille = `chain_id = (select access_chains.id from access_chains join people on people.id = access_chains.person_id
    where people.display_name like 'Camille%' order by seq desc limit 1)`
  const attacks: [string, string[], string][] = [
    [
      'gives entries to somebody else',
      [`update access_log set person_id = (select id from people where display_name like 'Yanis%') where ${ofCamille} and seq = 1`],
      'it was given to another person',
    ],
    [
      'cuts the tail and puts the row of the chain back',
      [
        `update access_chains set seq = 2, tail_seq = 1, fold_before = null, foldable = false,
          head = (select end_head from access_log where ${ofCamille} and seq = 1)
          where id = (select chain_id from access_log where ${ofCamille} and seq = 1)`,
        `delete from access_log where ${ofCamille} and seq > 1`,
      ],
      'Vault’s anchor',
    ],
    [
      'says that the chain has ended, and then cuts it',
      [`delete from access_log where ${ofCamille} and seq > 1`, `update access_chains set ended = true`],
      'the newest entries were removed',
    ],
    ['takes the chains away', [`delete from access_chains`], 'is missing, of which Vault holds an anchor'],
  ]

  test.each(attacks)(
    'whoever %s is found out, now and after further mails',
    async (_, statements, words) => {
      await using world = await startWorld({ database })
      await world.connect(world.camille)
      const api = world.api(world.camille)
      const board = await aBoard(api)
      await aRecipe(api, board, { conditions: everyMail })
      await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'Before' }))
      await untilItems(api, board, 1)
      await world.connect(world.yanis)
      await world.untilIdle()
      await world.server.stop()
      expect((await verifyLedger(world)).output).toContain('2 whole, 0 broken, 0 ended')

      for (const statement of statements) await tamper(world, statement)
      const now = await verifyLedger(world)
      expect(now.output).toContain(words)
      expect(now.code).toBe(1)

      await world.server.start()
      await world.sandbox.graph.deliver(world.camille, aMail({ subject: 'After' }))
      await untilItems(api, board, 2)
      await world.untilIdle()
      await world.server.stop()
      const later = await verifyLedger(world)
      expect(later.output).toContain(words)
      expect(later.code).toBe(1)
      // One line for each connection, and the counts.
      expect(later.output.trim().split('\n')).toHaveLength(3)
      await world.server.start()
    },
    120_000,
  )
})
