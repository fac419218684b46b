import { randomUUID } from 'node:crypto'
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
  })

  test('what a disconnection ended is neither whole nor broken', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.api(world.camille).call('disconnect', { params: { provider: 'microsoft' } })
    await world.untilIdle()
    const { items } = await world.api(world.camille).call('listAccess')
    expect(items.map(({ purpose, what }) => `${purpose.kind}: ${what}`)).toContain('disconnection: subscription-delete')
    await world.server.stop()
    const { code, output } = await verifyLedger(world)
    expect(output).toMatch(/ended on \d{4}-\d\d-\d\d: its key was erased with the connection, its seal verifies all \d+ entries/)
    expect(output).toContain('0 whole, 0 broken, 1 ended')
    expect(code).toBe(0)
    await world.server.start()
    expect((await world.api(world.camille).call('listAccess')).items.filter(({ verifiable }) => !verifiable)).toEqual([])

    // To connect again raises no alarm, on this day or on any that follows.
    await world.connect(world.camille)
    await world.untilIdle()
    await world.server.stop()
    const again = await verifyLedger(world)
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('1 whole, 0 broken, 1 ended')])

    await tamper(world, `update access_log set message_id = 'changed' where what = 'check-read'`)
    const changed = await verifyLedger(world)
    expect([changed.code, changed.output]).toEqual([1, expect.stringContaining('an entry was changed or moved')])

    // Without the seal it cannot be told from one that was made up.
    await tamper(world, `update access_chains set sealed = null`)
    const unsealed = await verifyLedger(world)
    expect([unsealed.code, unsealed.output]).toEqual([1, expect.stringContaining('has no seal')])
    const over = `connection_id not in (select id from connections)`
    await tamper(world, `update access_log set at = '2020-01-01' where chain_id in (select id from access_chains where ${over})`)
    await tamper(world, `update access_chains set last_at = '2020-01-01' where ${over}`)
    const doubtful = await verifyLedger(world)
    expect([doubtful.code, doubtful.output]).toEqual([1, expect.stringContaining('CANNOT BE VERIFIED')])
    expect(doubtful.output).toContain('1 not verifiable')
    await world.server.start()
  })

  test('after the server’s credential was renewed, what it had sealed cannot be verified, and is not said to be forged', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.api(world.camille).call('disconnect', { params: { provider: 'microsoft' } })
    await world.untilIdle()
    await world.server.stop()
    const renewed = await verifyLedger({
      ...world,
      environment: { ...world.environment, ENTRA_CLIENT_SECRET: 'another-secret-of-the-app' },
    })
    expect([renewed.code, renewed.output]).toEqual([2, expect.stringContaining('sealed under another client secret or certificate')])
    expect(renewed.output).toContain('0 whole, 0 broken, 0 ended, 1 not verifiable')
    expect((await verifyLedger(world)).code).toBe(0)
    await world.server.start()
  })

  const ofCamille = `chain_id = (select access_chains.id from access_chains join people on people.id = access_chains.person_id
    where people.display_name like 'Camille%' order by seq desc limit 1)`
  const forged = (connection: string, ended: boolean) => {
    const chain = randomUUID()
    return [
      `insert into access_chains (id, connection_id, tenant_id, person_id, key_id, ended, seq, head, last_at, tail_seq, kept_head)
        select '${chain}', ${connection}, tenant_id, id, 'k', ${ended}, 1, 'h', now(), 1, 'h' from people where display_name like 'Camille%'`,
      `insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, message_id, head)
        select '${chain}', 1, tenant_id, id, now(), 'read', '{}', 'try', '{}', 'forged', 'h' from people where display_name like 'Camille%'`,
    ]
  }
  const attacks: [string, string[], string, string?][] = [
    [
      'pushes the time of later entries ahead',
      [`update access_chains set last_at = '2031-01-01' where id in (select chain_id from access_log where ${ofCamille})`],
      'its time lies ahead of the clock',
      'the row of the chain was changed',
    ],
    [
      'makes up a chain that has ended, with an entry in it',
      forged(`(select connection_id from access_chains where person_id = people.id limit 1)`, true),
      'it is said to have ended, and has no seal',
    ],
    ['makes up a chain of a connection that never was', forged('gen_random_uuid()', false), 'it is said to have ended, and has no seal'],
    [
      'lets a listing be added to that found something',
      [`update access_chains set foldable = not foldable where id in (select chain_id from access_log where ${ofCamille})`],
      'the row of the chain was changed',
    ],
    [
      'points an entry to the chain of somebody else',
      [
        `update access_log set chain_id = (select id from access_chains where id <> access_log.chain_id limit 1), seq = 1000
          where ${ofCamille} and seq = 1`,
      ],
      'an entry, or its end, was removed',
    ],
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

  test.each(attacks)('whoever %s is found out, now and after further mails', async (name, statements, words, wordsLater = words) => {
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
    expect(later.output).toContain(wordsLater)
    expect(later.code).toBe(1)
    // One line for each connection, and the counts.
    expect(later.output.trim().split('\n')).toHaveLength(name.includes('never was') ? 4 : 3)
    await world.server.start()
    const { items } = await api.call('listAccess', { query: { limit: '200' } })
    for (const { at } of items) expect(Date.parse(at)).toBeLessThan(Date.now() + 60_000)
    // What was made up is marked for its owner, and nothing else is.
    if (name.startsWith('makes up'))
      expect(items.filter(({ verifiable }) => !verifiable).map(({ messageId }) => messageId)).toEqual(['forged'])
  })
})
