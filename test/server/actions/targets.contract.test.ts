// What holds for every kind of board, whichever way it writes.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { performRun } from '../../../server/actions/perform.ts'
import { undoRun } from '../../../server/actions/undo-run.ts'
import type { Targets, TargetKind } from '../../../server/boards/board-target.ts'
import { listUpdates } from '../../../server/boards/update-store.ts'
import { targetsOf } from '../../../server/boards/targets.ts'
import type { Plan } from '../../../server/content/plan.ts'
import { safeBody } from '../../../server/html/safe-html.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { readRun } from '../../../server/runs/run-list.ts'
import { insertRun, waitingAction } from '../../../server/runs/run-store.ts'
import { databases } from '../../support/databases.ts'
import { openRemoteBoard } from '../../support/remote-board.ts'
import { openRemoteMonday } from '../../support/remote-monday.ts'
import { openRunsBench, type RunsBench } from '../runs/runs-bench.ts'

type Kind = { name: string; target: TargetKind; gone: string }
const kinds: Kind[] = [
  { name: 'built-in', target: 'built-in', gone: randomUUID() },
  { name: 'remote', target: 'monday', gone: 'gone' },
  { name: 'monday.com', target: 'monday', gone: '1' },
]

describe.each(databases.flatMap((database) => kinds.map((kind) => [kind.name, database, kind] as const)))(
  '%s boards, on %s',
  (name, database, { target, gone }) => {
    let bench: RunsBench
    let boardId: string
    let targets: Targets
    /** Names of items, with the updates on each. */
    let shown: () => Promise<[name: string, updates: number][]>

    beforeAll(async () => {
      bench = await openRunsBench(database)
      if (target === 'built-in') {
        boardId = (await bench.aBoard()).id
        targets = targetsOf()
        shown = async () => {
          const items = await bench.itemsOn(boardId)
          return Promise.all(items.map(async ({ id, name }) => [name, (await inTransaction((trx) => listUpdates(trx, id, {}))).items.length] as const)) as Promise<[string, number][]> // prettier-ignore
        }
        return
      }
      if (name === 'monday.com') {
        const remote = await openRemoteMonday({ sandbox: bench.sandbox, db: bench.db, mailuser: bench.mailuser })
        boardId = remote.boardId
        targets = targetsOf([remote.target])
        shown = async () => remote.items.map((item) => [item.name, item.updates.length])
        return
      }
      boardId = 'elsewhere'
      const linked = async (conversation: string) => {
        const rows = await bench.db
          .selectFrom('message_links')
          .select('remote_item_id')
          .where('conversation_id', '=', conversation)
          .execute()
        return rows.at(-1)?.remote_item_id ?? undefined
      }
      const remote = openRemoteBoard('key', { linked: (_actor, _board, conversation) => linked(conversation) })
      targets = targetsOf([remote.target])
      shown = async () => remote.items.map(({ name, updates }) => [name, updates.length])
    })
    afterAll(() => bench.close())

    const inTransaction = <Result>(work: Parameters<typeof asPerson<Result>>[2]) => asPerson(bench.db, bench.person, work)
    const common = { cut: [], leftOut: [], timeZone: 'UTC' }
    const anItem = (name: string, id = boardId) => ({
      board: { target, id },
      name,
      columns: {},
      attachments: 'none' as const,
    })
    const create = (name: string, id?: string): Plan => ({ action: { kind: 'create-item', ...anItem(name, id), ...common }, files: [] })
    const update = (conversationId: string, otherwise: 'skip' | { create: ReturnType<typeof anItem> }): Plan => ({
      action: {
        kind: 'add-update',
        board: { target, id: boardId },
        find: { by: 'conversation', conversationId },
        body: safeBody('<p>More</p>'),
        otherwise,
        attachments: 'none',
        ...common,
      },
      files: [],
    })

    async function performed(plan: Plan, conversationId: string) {
      const { tenantId, personId } = bench.person
      const id = await inTransaction((trx) => {
        const mail = {
          subject: 'S',
          from: '',
          senderAddress: '',
          receivedAt: new Date().toISOString(),
          conversationId,
          internetMessageId: '',
        }
        const facts = {
          tenantId,
          personId,
          connectionId: bench.connection.id,
          messageId: randomUUID(),
          event: 'click' as const,
          recipe: null,
          mail,
        }
        return insertRun(trx, facts, { outcome: 'waiting', reason: { code: 'waiting-for-retry' }, actions: [waitingAction(plan)] })
      })
      await performRun({ ...bench.runs, targets }, id ?? '')
      return inTransaction((trx) => readRun(trx, bench.person, id ?? ''))
    }

    test('an item, an update to the item of its conversation, an item instead, and what is skipped', async () => {
      const made = await performed(create('First'), 'a')
      expect(made).toMatchObject({ outcome: 'done', actions: [{ kind: 'create-item', outcome: 'done', item: { target } }] })
      const added = await performed(update('a', 'skip'), 'a')
      expect(added).toMatchObject({ outcome: 'done', actions: [{ kind: 'add-update', item: made.actions[0]?.item }] })
      expect(await performed(update('b', 'skip'), 'b')).toMatchObject({ outcome: 'skipped', reason: { code: 'no-linked-item' } })
      const instead = await performed(update('b', { create: anItem('Second') }), 'b')
      expect(instead).toMatchObject({ outcome: 'done', actions: [{ kind: 'add-update', outcome: 'done' }] })
      await performed(update('b', 'skip'), 'b')
      expect((await shown()).toSorted(([one], [other]) => one.localeCompare(other))).toEqual([
        ['First', 1],
        ['Second', 1],
      ])
    })

    test('what is not there any more is said by its name', async () => {
      expect(await performed(create('Third', gone), 'c')).toMatchObject({ outcome: 'failed', reason: { code: 'board-gone' } })
    })

    test('undone, it is gone, and that once', async () => {
      const before = await shown()
      const { id } = await performed(create('Fourth'), 'd')
      expect(await shown()).toHaveLength(before.length + 1)
      expect(await undoRun({ db: bench.db, targets }, bench.person, id)).toEqual([])
      expect(await shown()).toHaveLength(before.length)
      await expect(undoRun({ db: bench.db, targets }, bench.person, id)).rejects.toMatchObject({ code: 'nothing-to-undo' })
    })
  },
)
