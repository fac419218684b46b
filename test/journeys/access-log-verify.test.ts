import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { Board } from '../../contract/board.ts'
import type { Person } from '../../sandbox/entra/directory.ts'
import { openDatabase } from '../../server/database/database.ts'
import type { Db } from '../../server/database/schema.ts'
import { aBoard, aMail, aRecipe, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { verifyAccessLog } from '../support/verify-access-log.ts'
import { startWorld, type World } from '../support/world.ts'

async function inDatabase<Result>({ environment }: World, work: (db: Db) => Promise<Result>): Promise<Result> {
  const database = await openDatabase({ databaseUrl: environment['DATABASE_URL'] ?? null, dataDir: environment['DATA_DIR'] ?? '' })
  const result = await work(database.db)
  await database.close()
  return result
}

const tamper = (world: World, ...statements: string[]): Promise<void> =>
  inDatabase(world, async (db) => {
    for (const statement of statements) await sql.raw(statement).execute(db)
  })

describe.each(databases)('on %s', (database) => {
  test('an operator learns whether the access logs are whole', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    await world.connect(world.yanis)
    await world.untilIdle()
    await world.server.stop()

    const whole = await verifyAccessLog(world)
    expect(whole.output).toContain('2 whole, 0 broken, 0 ended')
    expect(whole.code).toBe(0)

    await tamper(
      world,
      `delete from access_log where (chain_id, seq) in (select chain_id, min(seq) + 2 from access_log group by chain_id limit 1)`,
    )
    const broken = await verifyAccessLog(world)
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
    const { code, output } = await verifyAccessLog(world)
    expect(output).toMatch(/ended on \d{4}-\d\d-\d\d: its key was erased with the connection; its seal verifies all \d+ entries/)
    expect(output).toContain('0 whole, 0 broken, 1 ended')
    expect(code).toBe(0)
    await world.server.start()
    expect((await world.api(world.camille).call('listAccess')).items.filter(({ verifiable }) => !verifiable)).toEqual([])

    // To connect again raises no alarm, on this day or on any that follows.
    await world.connect(world.camille)
    await world.untilIdle()
    await world.server.stop()
    const again = await verifyAccessLog(world)
    expect([again.code, again.output]).toEqual([0, expect.stringContaining('1 whole, 0 broken, 1 ended')])

    await tamper(world, `update access_log set message_id = 'changed' where what = 'check-read'`)
    const changed = await verifyAccessLog(world)
    expect([changed.code, changed.output]).toEqual([1, expect.stringContaining('an entry was changed or moved')])

    // Without the seal it cannot be told from one that was made up.
    await tamper(world, `update access_chains set sealed = null`)
    const unsealed = await verifyAccessLog(world)
    expect([unsealed.code, unsealed.output]).toEqual([1, expect.stringContaining('has no seal')])
    const over = `connection_id not in (select id from connections)`
    await tamper(world, `update access_log set at = '2020-01-01' where chain_id in (select id from access_chains where ${over})`)
    await tamper(world, `update access_chains set last_at = '2020-01-01' where ${over}`)
    const doubtful = await verifyAccessLog(world)
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
    const renewed = await verifyAccessLog({
      ...world,
      environment: { ...world.environment, ENTRA_CLIENT_SECRET: 'another-secret-of-the-app' },
    })
    expect([renewed.code, renewed.output]).toEqual([2, expect.stringContaining('sealed with a different client secret or certificate')])
    expect(renewed.output).toContain('0 whole, 0 broken, 0 ended, 1 not verifiable')
    expect((await verifyAccessLog(world)).code).toBe(0)
    await world.server.start()
  })

  test('an access log that was tampered with is found, now and after further emails', async () => {
    await using world = await startWorld({ database })
    const { entra, graph } = world.sandbox
    const bystander = entra.addPerson({ name: 'Bystander', address: 'bystander@contoso-demo.example' })
    const attacked = attacks.map((attack, index) => ({
      ...attack,
      victim: entra.addPerson({ name: `Victim ${index}`, address: `victim${index}@contoso-demo.example` }),
    }))
    await world.connect(bystander)
    const boards = new Map<Person, Board>()
    for (const { victim } of attacked) {
      await world.connect(victim)
      const api = world.api(victim)
      const board = await aBoard(api)
      boards.set(victim, board)
      await aRecipe(api, board, { conditions: everyMail })
      await graph.deliver(victim, aMail({ subject: 'Before' }))
      await untilItems(api, board, 1)
    }
    await world.untilIdle()
    await world.server.stop()
    const connections = await connectionIds(world)
    expect((await verifyAccessLog(world)).output).toContain(`${attacks.length + 1} whole, 0 broken, 0 ended`)

    await tamper(world, ...attacked.flatMap(({ victim, statements }) => statements(victim.name)))
    const now = await verifyAccessLog(world)
    expect(now.code).toBe(1)
    expect(wordsOn(now.output, attacked, connections)).toEqual(attacked.map(({ name, words }) => [name, expect.stringContaining(words)]))

    await world.server.start()
    for (const { victim } of attacked) await graph.deliver(victim, aMail({ subject: 'After' }))
    for (const [victim, board] of boards) await untilItems(world.api(victim), board, 2)
    await world.untilIdle()
    await world.server.stop()
    const later = await verifyAccessLog(world)
    expect(later.code).toBe(1)
    expect(wordsOn(later.output, attacked, connections)).toEqual(
      attacked.map(({ name, words, wordsLater = words }) => [name, expect.stringContaining(wordsLater)]),
    )
    // One line for each connection, the one that never was among them, and the counts.
    expect(later.output.trim().split('\n')).toHaveLength(attacks.length + 3)
    await world.server.start()
    for (const { name, victim } of attacked) {
      const { items } = await world.api(victim).call('listAccess', { query: { limit: '200' } })
      for (const { at } of items) expect(Date.parse(at)).toBeLessThan(Date.now() + 60_000)
      // What was made up is marked for its owner, and nothing else is.
      if (name.startsWith('makes up'))
        expect(items.filter(({ verifiable }) => !verifiable).map(({ messageId }) => messageId)).toEqual(['forged'])
    }
  })
})

type Attack = {
  name: string
  /** On the access log of the person of this name. */
  statements: (victim: string) => string[]
  words: string
  wordsLater?: string
}

const chainOf = (
  victim: string,
) => `chain_id = (select access_chains.id from access_chains join people on people.id = access_chains.person_id
  where people.display_name = '${victim}' order by seq desc limit 1)`
const chainRowOf = (victim: string) => `id in (select chain_id from access_log where ${chainOf(victim)})`

function forged(victim: string, connection: string, ended: boolean): string[] {
  const chain = randomUUID()
  return [
    `insert into access_chains (id, connection_id, tenant_id, person_id, key_id, ended, seq, head, last_at, tail_seq, kept_head)
      select '${chain}', ${connection}, tenant_id, id, 'k', ${ended}, 1, 'h', now(), 1, 'h' from people where display_name = '${victim}'`,
    `insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, message_id, head)
      select '${chain}', 1, tenant_id, id, now(), 'read', '{}', 'try', '{}', 'forged', 'h' from people where display_name = '${victim}'`,
  ]
}

const attacks: Attack[] = [
  {
    name: 'pushes the time of later entries ahead',
    statements: (victim) => [`update access_chains set last_at = '2031-01-01' where ${chainRowOf(victim)}`],
    words: 'its time is ahead of the clock',
    wordsLater: 'the row of the chain was changed',
  },
  {
    name: 'makes up a chain that has ended, with an entry in it',
    statements: (victim) => forged(victim, `(select connection_id from access_chains where person_id = people.id limit 1)`, true),
    words: 'it is marked as ended but has no seal',
  },
  {
    name: 'makes up a chain of a connection that never was',
    statements: (victim) => forged(victim, 'gen_random_uuid()', false),
    words: 'it is marked as ended but has no seal',
  },
  {
    name: 'lets a listing be added to that found something',
    statements: (victim) => [`update access_chains set foldable = not foldable where ${chainRowOf(victim)}`],
    words: 'the row of the chain was changed',
  },
  {
    name: 'points an entry to the chain of somebody else',
    statements: (victim) => [
      `update access_log set seq = 1000, chain_id =
        (select access_chains.id from access_chains join people on people.id = access_chains.person_id where display_name = 'Bystander')
        where ${chainOf(victim)} and seq = 1`,
    ],
    words: 'an entry, or its end, was removed',
  },
  {
    name: 'gives entries to somebody else',
    statements: (victim) => [
      `update access_log set person_id = (select id from people where display_name = 'Bystander') where ${chainOf(victim)} and seq = 1`,
    ],
    words: 'it was given to another person',
  },
  {
    name: 'cuts the tail and puts the row of the chain back',
    statements: (victim) => [
      `update access_chains set seq = 2, tail_seq = 1, fold_before = null, foldable = false,
        head = (select end_head from access_log where ${chainOf(victim)} and seq = 1)
        where id = (select chain_id from access_log where ${chainOf(victim)} and seq = 1)`,
      `delete from access_log where ${chainOf(victim)} and seq > 1`,
    ],
    words: 'Vault’s anchor',
  },
  {
    name: 'says that the chain has ended, and then cuts it',
    statements: (victim) => [
      `update access_chains set ended = true where ${chainRowOf(victim)}`,
      `delete from access_log where ${chainOf(victim)} and seq > 1`,
    ],
    words: 'the newest entries were removed',
  },
  {
    name: 'takes the chain away',
    statements: (victim) => [`delete from access_chains where ${chainRowOf(victim)}`],
    words: 'is missing, although Vault has an anchor for it',
  },
]

type Attacked = (Attack & { victim: Person })[]

/** What is said of each; of a connection that never was in a line of its own. `connections`: ids by the name of their owner. */
const wordsOn = (output: string, attacked: Attacked, connections: ReadonlyMap<string, string>): [string, string][] =>
  attacked.map(({ name, victim }) => {
    const lines = output.split('\n').filter((line) => /^[0-9a-f-]{36} /.test(line))
    const own = lines.filter((line) => line.startsWith(connections.get(victim.name) ?? '?'))
    const strange = lines.filter((line) => ![...connections.values()].some((id) => line.startsWith(id)))
    return [name, (name.includes('never was') ? strange : own).join('\n')]
  })

async function connectionIds(world: World): Promise<Map<string, string>> {
  const rows = await inDatabase(world, (db) =>
    db.selectFrom('connections').innerJoin('people', 'people.id', 'person_id').select(['connections.id', 'display_name']).execute(),
  )
  return new Map(rows.map(({ id, display_name: name }) => [name, id]))
}
