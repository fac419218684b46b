// Whatever happens between a run and a board elsewhere: one item for each action, or a question to its owner where nobody can tell.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Plan } from '../../../server/content/plan.ts'
import { performRun } from '../../../server/actions/perform.ts'
import { undoRun } from '../../../server/actions/undo-run.ts'
import { targetsOf } from '../../../server/boards/targets.ts'
import { insertRun, waitingAction } from '../../../server/runs/run-store.ts'
import { retryRun } from '../../../server/runs/retry-run.ts'
import { readRun } from '../../../server/runs/run-list.ts'
import { safeBody } from '../../../server/html/safe-html.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openMortal } from '../../support/mortal.ts'
import { type Fate, type Has, openRemoteBoard } from '../../support/remote-board.ts'
import { openRemoteMonday, type RemoteMonday } from '../../support/remote-monday.ts'
import { openRunsBench, type RunsBench } from '../runs/runs-bench.ts'

/** `+` at the end of a name: with an update, which is a call of its own. */
const planOf = (boardId: string, name: string): Plan => ({
  action: {
    kind: 'create-item',
    board: { target: 'monday', id: boardId },
    name,
    columns: {},
    ...(name.endsWith('+') ? { update: safeBody('<p>More</p>') } : {}),
    attachments: 'none',
    cut: [],
    leftOut: [],
    timeZone: 'UTC',
  },
  files: [],
})

/** As java.util.SplittableRandom: the same seed, the same course. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761
  return (below) => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below
  }
}

const fates: Fate[] = ['answered', 'lost-before', 'lost-after', 'late', 'refused']

describe.each(databases)('a board elsewhere, on %s', (kind) => {
  let bench: RunsBench
  beforeAll(async () => {
    bench = await openRunsBench(kind)
  })
  afterAll(() => bench.close())

  type Remote = ReturnType<typeof openRemoteBoard> | RemoteMonday
  const atTheWire = (more: { keyTrustMs?: number } = {}) =>
    openRemoteMonday({ sandbox: bench.sandbox, db: bench.db, mailuser: bench.mailuser, ...more })
  const aRun = ({ boardId }: Pick<Remote, 'boardId'>, ...names: string[]) =>
    asPerson(bench.db, bench.person, async (trx) => {
      const facts = {
        tenantId: bench.person.tenantId,
        personId: bench.person.personId,
        connectionId: bench.connection.id,
        messageId: randomUUID(),
        event: 'click' as const,
        recipe: null,
      }
      const id = await insertRun(trx, facts, {
        outcome: 'waiting',
        reason: { code: 'waiting-for-retry' },
        actions: names.map((name) => waitingAction(planOf(boardId, name))),
      })
      if (id === undefined) throw new Error('There is such a run already')
      return id
    })
  const read = (id: string) => asPerson(bench.db, bench.person, (trx) => readRun(trx, bench.person, id))
  /** Its process is gone. */
  const letLapse = (id: string) =>
    bench.db
      .updateTable('runs')
      .set({ lease_until: new Date(0) })
      .where('id', '=', id)
      .execute()

  /** One attempt; what it throws is what a job would try again for. */
  async function attempt(remote: Remote, id: string, diesAt = Infinity): Promise<void> {
    const process = openMortal(bench.db, remote.target, diesAt)
    const deps = { ...bench.runs, db: process.db, targets: targetsOf([process.target]) }
    await performRun(deps, id).catch(() => undefined)
    if (process.isDead()) await letLapse(id)
  }

  async function untilEnded(remote: Remote, id: string, most = 30): Promise<void> {
    for (let attempts = 0; (await read(id)).outcome === 'waiting'; attempts += 1) {
      if (attempts === most) throw new Error('The run does not end')
      await remote.arrive()
      await attempt(remote, id)
    }
  }

  const ways: [string, number, () => Promise<Remote>][] = [
    ...(['key', 'marker', 'both'] satisfies Has[]).map((has): [string, number, () => Promise<Remote>] => [
      `a board with ${has}`,
      170,
      async () => openRemoteBoard(has),
    ]),
    ['a board of monday.com', 70, () => atTheWire()],
    ['a board of monday.com whose key is trusted no longer', 30, () => atTheWire({ keyTrustMs: 0 })],
  ]

  test.each(ways)('%s: one item for each of %s sequences of losses, late answers and kills at every step', async (_name, seeds, open) => {
    const doubled: number[] = []
    for (let seed = 1; seed <= seeds; seed += 1) {
      const random = randomFrom(seed)
      const remote = await open()
      const id = await aRun(remote, 'One', 'Two+')
      for (let round = random(4); round >= 0; round -= 1) {
        remote.willBe(...Array.from({ length: random(3) }, () => fates[random(fates.length)] ?? 'answered'))
        await attempt(remote, id, random(40))
        // A late answer comes before the last search at the latest.
        await remote.arrive()
      }
      await untilEnded(remote, id)
      const made = remote.items.map(({ name, updates }) => `${name}${updates.length}`).toSorted()
      if (made.join() !== 'One0,Two+1') doubled.push(seed)
      const { outcome, actions } = await read(id)
      expect([seed, outcome, new Set(actions.map((action) => action.item?.id))]).toEqual([
        seed,
        'done',
        new Set(remote.items.map((item) => item.id)),
      ])
    }
    expect(doubled).toEqual([])
    expect(await bench.db.selectFrom('intents').selectAll().execute()).toEqual([])
  })

  test('with neither, what is in doubt is asked of its owner, who lets it be sent again', async () => {
    const remote = openRemoteBoard('neither')
    const id = await aRun(remote, 'One')
    remote.willBe('lost-after')
    await attempt(remote, id)
    expect((await read(id)).outcome).toBe('waiting')
    await attempt(remote, id)
    expect(await read(id)).toMatchObject({ outcome: 'needs-you', reason: { code: 'in-doubt' }, actions: [{ outcome: 'waiting' }] })
    expect(remote.items).toHaveLength(1)
    await asPerson(bench.db, bench.person, async (trx) => {
      await retryRun(trx, bench.person, id)
      // The worker of the bench does not know this target.
      await trx.updateTable('runs').set({ due_at: null }).where('id', '=', id).execute()
    })
    await attempt(remote, id)
    expect((await read(id)).outcome).toBe('done')
    expect(remote.items).toHaveLength(2)
  })

  test('of an action that takes two calls, only the one in doubt is made again', async () => {
    const remote = openRemoteBoard('neither')
    const id = await aRun(remote, 'One+')
    remote.willBe('answered', 'lost-before')
    await attempt(remote, id)
    await attempt(remote, id)
    expect(await read(id)).toMatchObject({ outcome: 'needs-you', reason: { code: 'in-doubt' } })
    await asPerson(bench.db, bench.person, (trx) => retryRun(trx, bench.person, id))
    remote.willBe('refused')
    await attempt(remote, id)
    await attempt(remote, id)
    expect(await read(id)).toMatchObject({ outcome: 'done', actions: [{ item: { id: remote.items[0]?.id } }] })
    expect(remote.items).toMatchObject([{ name: 'One+', updates: [expect.any(String)] }])
    const made = await bench.db.selectFrom('actions').selectAll().where('run_id', '=', id).executeTakeFirst()
    expect(made).toMatchObject({ made_item: true, remote_update_id: remote.items[0]?.updates[0] })
  })

  const both: [string, () => Promise<Remote>][] = [
    ['a board', async () => openRemoteBoard('both', { keyTrustMs: 0 })],
    ['a board of monday.com', () => atTheWire({ keyTrustMs: 0 })],
  ]

  test.each(both)('%s: when a key is trusted no longer, the marker tells', async (_name, open) => {
    const remote = await open()
    const id = await aRun(remote, 'One')
    remote.willBe('lost-after')
    await attempt(remote, id)
    await untilEnded(remote, id)
    expect(remote.items).toHaveLength(1)
    expect(remote.calls()).toBe(1)
  })

  test('an answer that comes when another holds the run is adopted by it', async () => {
    const remote = openRemoteBoard('neither')
    const id = await aRun(remote, 'One')
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
    const slow = { ...remote.target, send: async (...given: Parameters<typeof remote.target.send>) => {
      ask()
      await answered
      return remote.target.send(...given)
    } } // prettier-ignore
    const first = performRun({ ...bench.runs, targets: targetsOf([slow]) }, id)
    await asked
    await bench.db.updateTable('runs').set(({ eb }) => ({ fence: eb('fence', '+', 1), lease_until: null })).where('id', '=', id).execute() // prettier-ignore
    answer()
    await first
    expect((await read(id)).outcome).toBe('waiting')
    await attempt(remote, id)
    expect(await read(id)).toMatchObject({ outcome: 'done', actions: [{ item: { target: 'monday', id: remote.items[0]?.id } }] })
    expect(remote.items).toHaveLength(1)
  })

  test.each(both)('%s: undone, it is gone there; what somebody has touched stays', async (_name, open) => {
    const remote = await open()
    const [id, other] = [await aRun(remote, 'One'), await aRun(remote, 'Two')]
    await attempt(remote, id)
    await attempt(remote, other)
    const deps = { db: bench.db, targets: targetsOf([remote.target]) }
    remote.touch('Two')
    expect(await undoRun(deps, bench.person, id)).toEqual([])
    await expect(undoRun(deps, bench.person, other)).rejects.toMatchObject({ code: 'nothing-to-undo' })
    expect(remote.items).toMatchObject([{ name: expect.stringContaining('Two') }])
    expect(await read(id)).toMatchObject({ reason: { code: 'undone' }, actions: [{ outcome: 'undone' }] })
  })

  test('a kind of board that this server does not have is said to be gone', async () => {
    const id = await aRun({ boardId: 'elsewhere' }, 'One')
    await performRun(bench.runs, id)
    expect(await read(id)).toMatchObject({ outcome: 'failed', reason: { code: 'board-gone' } })
  })
})
