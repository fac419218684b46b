import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { deleteBoard } from '../../../server/boards/board-store.ts'
import { changeItem } from '../../../server/boards/item-store.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { replaceRecipe, setRecipeEnabled } from '../../../server/recipe-book/recipe-store.ts'
import { insightOf } from '../../../server/runs/insight.ts'
import { actOnMessage } from '../../../server/triggers/click/one-click.ts'
import { performRun } from '../../../server/actions/perform.ts'
import { purgeRuns } from '../../../server/runs/purge-runs.ts'
import { resumeRuns, retryRun } from '../../../server/runs/retry-run.ts'
import { claimRun } from '../../../server/runs/run-claim-store.ts'
import { tryRecipe } from '../../../server/triggers/try/try-recipe.ts'
import { undoRun } from '../../../server/actions/undo-run.ts'
import { aMail } from '../../support/builders.ts'
import { databases } from '../../support/databases.ts'
import { openRunsBench, recipe, type RunsBench } from './runs-bench.ts'

describe.each(databases)('runs on %s', (kind) => {
  let bench: RunsBench
  beforeAll(async () => {
    bench = await openRunsBench(kind)
  })
  afterEach(async () => {
    bench.sandbox.heal()
    await bench.untilIdle()
    await bench.db.deleteFrom('recipes').execute()
  })
  afterAll(() => bench.close())

  const owner = <Result>(work: Parameters<typeof asPerson<Result>>[2]) => asPerson(bench.db, bench.person, work)
  const deliverAndTreat = async (...[mail, folder]: Parameters<RunsBench['deliver']>) => {
    const { id } = await bench.deliver(mail, folder)
    await bench.announce(id)
    await bench.untilIdle()
    return id
  }

  test('a mail that matches becomes an item, once, however often it is announced', async () => {
    const board = await bench.aBoard({ columns: [{ id: 'amount', title: 'Amount', type: 'numbers' }] })
    await bench.aRecipe(board.id, {
      actions: [
        {
          kind: 'create-item',
          board: { target: 'built-in', id: board.id },
          name: '{{ message.subject }}',
          columns: { amount: "{{ message.body.text | extract: 'Total: ([0-9.]+)' }}" },
          update: '{{ message.body.html }}',
        },
      ],
    })
    const { id } = await bench.deliver(aMail())
    await Promise.all(Array.from({ length: 5 }, () => bench.announce(id)))
    await bench.untilIdle()
    await bench.announce(id)
    await bench.untilIdle()
    const items = await bench.itemsOn(board.id)
    expect(items).toMatchObject([{ name: 'Invoice 2026-118', columns: { amount: 1250 } }])
    expect(await bench.updatesOf(items[0]!.id)).toMatchObject([{ text: expect.stringContaining('Please find our invoice.') }])
    expect(await bench.runsOf(id)).toMatchObject([
      { outcome: 'done', reason: { code: 'done', params: {} }, actions: [{ kind: 'create-item', outcome: 'done', itemId: items[0]!.id }] },
    ])
    const plans = await bench.db.selectFrom('actions').select('plan').where('plan', 'is not', null).execute()
    expect(plans).toEqual([])
  })

  test('of a mail that does not match the condition that decided is noted, and nothing of the mail', async () => {
    const board = await bench.aBoard()
    const recipe = await bench.aRecipe(board.id)
    const id = await deliverAndTreat(aMail({ subject: 'Lunch' }))
    expect(await bench.runsOf(id)).toEqual([])
    expect(await bench.notMatchedOf(id)).toContainEqual({ recipeId: recipe.id, pointer: '/conditions/all/0' })
    expect(await bench.itemsOn(board.id)).toEqual([])
  })

  test('with no recipe that is on Graph is not asked', async () => {
    const before = bench.calls().length
    const id = await deliverAndTreat(aMail())
    expect(bench.calls(before)).toEqual([])
    expect(await bench.runsOf(id)).toEqual([])
  })

  test('outside the Inbox two ids are read and no more; back in the Inbox the mail is treated', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const before = bench.calls().length
    const id = await deliverAndTreat(aMail(), 'junkemail')
    expect(bench.calls(before)).toEqual([`GET /me/messages/${id}`])
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'skipped', reason: { code: 'not-in-inbox' }, message: { subject: '' } }])
    bench.sandbox.graph.move(bench.mailuser, id, 'inbox')
    await bench.announce(id)
    await bench.untilIdle()
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'done', message: { subject: 'Invoice 2026-118' } }])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })

  test('a mail that cannot be found yet is looked for again; one that is gone is skipped', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const gone = randomUUID()
    await bench.announce(gone)
    bench.sandbox.misbehave('graph', {
      match: { path: /\/me\/messages\// },
      times: 2,
      status: 404,
      body: { error: { code: 'ErrorItemNotFound' } },
    })
    const id = await deliverAndTreat(aMail())
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'done' }])
    expect(await bench.runsOf(gone)).toMatchObject([{ outcome: 'skipped', reason: { code: 'message-gone' } }])
  })

  test('an older mail is left alone', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const id = await deliverAndTreat(aMail({ receivedAt: new Date(Date.now() - 60_000) }))
    expect(await bench.runsOf(id)).toEqual([])
  })

  test('a value that its column does not take is left out, and the mail is not lost', async () => {
    const board = await bench.aBoard({ columns: [{ id: 'due', title: 'Due', type: 'date' }] })
    await bench.aRecipe(board.id, {
      actions: [{ kind: 'create-item', board: { target: 'built-in', id: board.id }, name: 'Item', columns: { due: 'some day' } }],
    })
    const id = await deliverAndTreat(aMail())
    expect(await bench.itemsOn(board.id)).toMatchObject([{ name: 'Item', columns: {} }])
    expect(await bench.runsOf(id)).toMatchObject([
      { outcome: 'done', reason: { code: 'done', params: { leftOut: [{ part: 'columns.due', code: 'no-date' }] } } },
    ])
  })

  test('a board that is gone fails at once, and a retry after the repair does the rest', async () => {
    const [gone, board] = [await bench.aBoard(), await bench.aBoard()]
    const first = recipe(gone.id).actions[0]!
    await bench.aRecipe(board.id, { actions: [...recipe(board.id).actions, first] })
    await owner((trx) => deleteBoard(trx, { ...bench.person, administers: false }, gone.id, undefined))
    const id = await deliverAndTreat(aMail())
    const [failed] = await bench.runsOf(id)
    expect(failed).toMatchObject({
      outcome: 'failed',
      reason: { code: 'board-gone' },
      actions: [{ outcome: 'done' }, { outcome: 'failed' }],
    })
    await owner((trx) => retryRun(trx, bench.person, failed!.id))
    await bench.untilIdle()
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'failed', reason: { code: 'board-gone' } }])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })

  test('a run that failed goes by the recipe as its owner has mended it', async () => {
    const [gone, board] = [await bench.aBoard(), await bench.aBoard()]
    const { id: recipeId } = await bench.aRecipe(gone.id)
    await owner((trx) => deleteBoard(trx, { ...bench.person, administers: false }, gone.id, undefined))
    const id = await deliverAndTreat(aMail())
    const [failed] = await bench.runsOf(id)
    await owner((trx) => setRecipeEnabled(trx, bench.person, recipeId, false))
    await owner((trx) => replaceRecipe(trx, bench.person, { id: recipeId, recipe: recipe(board.id), version: undefined }))
    await owner((trx) => retryRun(trx, bench.person, failed!.id))
    await bench.untilIdle()
    expect(await bench.runsOf(id)).toMatchObject([{ id: failed!.id, outcome: 'done' }])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })

  test('of a mail that came to nothing nothing is kept: a retry reads it once more', async () => {
    const gone = await bench.aBoard()
    const [create] = recipe(gone.id).actions
    await bench.aRecipe(gone.id, { actions: [{ ...create!, update: '{{ message.body.html }}' } as typeof create & object] })
    await owner((trx) => deleteBoard(trx, { ...bench.person, administers: false }, gone.id, undefined))
    const id = await deliverAndTreat(aMail())
    const [failed] = await bench.runsOf(id)
    const plans = () => bench.db.selectFrom('actions').select(['outcome', 'plan']).where('run_id', '=', failed!.id).execute()
    expect(await plans()).toEqual([{ outcome: 'failed', plan: null }])
    const mark = bench.calls().length
    await owner((trx) => retryRun(trx, bench.person, failed!.id))
    await bench.untilIdle()
    expect(bench.calls(mark).filter((call) => call.includes('inbox/messages/'))).toHaveLength(1)
    expect(await bench.runsOf(id)).toMatchObject([{ id: failed!.id, outcome: 'failed', reason: { code: 'board-gone' } }])
    expect(await plans()).toEqual([{ outcome: 'failed', plan: null }])
  })

  test('a reply adds to the item of its conversation', async () => {
    const board = await bench.aBoard()
    const create = { board: { target: 'built-in' as const, id: board.id }, name: '{{ message.subject }}' }
    await bench.aRecipe(board.id, {
      conditions: { all: [] },
      actions: [
        { kind: 'add-update', board: create.board, body: '{{ message.body.html }}', find: { by: 'conversation' }, otherwise: { create } },
      ],
    })
    const conversationId = randomUUID()
    await deliverAndTreat(aMail({ conversationId }))
    await deliverAndTreat(aMail({ conversationId, subject: 'Re: Invoice', body: { contentType: 'text', content: 'Thank you' } }))
    const items = await bench.itemsOn(board.id)
    expect(items).toHaveLength(1)
    expect(await bench.updatesOf(items[0]!.id)).toMatchObject([{ text: 'Thank you' }])
  })

  test('files come along, whole', async () => {
    const board = await bench.aBoard()
    const action = { ...recipe(board.id).actions[0]!, attachments: 'files' as const } as never
    await bench.aRecipe(board.id, { actions: [action] })
    const content = Buffer.alloc(700_000, 'x')
    const id = await deliverAndTreat(aMail({ attachments: [{ name: 'invoice.pdf', contentType: 'application/pdf', content }] }))
    const [item] = await bench.itemsOn(board.id)
    const [update] = await bench.updatesOf(item!.id)
    expect(update!.files).toMatchObject([{ name: 'invoice.pdf', size: 700_000 }])
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'done' }])
    const chunks = await bench.db
      .selectFrom('file_chunks')
      .select('bytes')
      .where('file_id', '=', update!.files[0]!.id)
      .orderBy('ordinal')
      .execute()
    expect(Buffer.concat(chunks.map(({ bytes }) => bytes)).equals(content)).toBe(true)
  })

  test('an outage is waited out', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    bench.sandbox.misbehave('graph', { match: { path: /\/messages\// }, times: 12, status: 503 })
    const id = await deliverAndTreat(aMail())
    expect(await bench.runsOf(id)).toMatchObject([{ outcome: 'done' }])
  })

  test('a mail that Graph alone cannot give is shown to its owner in the end, and holds no other', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const bad = await bench.deliver(aMail())
    bench.sandbox.misbehave('graph', { match: { path: new RegExp(`/messages/${bad.id}`) }, status: 500 })
    await bench.announce(bad.id)
    const good = await deliverAndTreat(aMail())
    expect(await bench.runsOf(good)).toMatchObject([{ outcome: 'done' }])
    expect(await bench.runsOf(bad.id)).toMatchObject([
      { outcome: 'needs-you', reason: { code: 'fails-every-time', params: { service: 'graph', status: '500' } } },
    ])
  })

  test('first mails of a conversation that come at once make one item', async () => {
    const board = await bench.aBoard()
    const create = { board: { target: 'built-in' as const, id: board.id }, name: '{{ message.subject }}' }
    await bench.aRecipe(board.id, {
      conditions: { all: [] },
      actions: [{ kind: 'add-update', board: create.board, body: 'more', find: { by: 'conversation' }, otherwise: { create } }],
    })
    const conversations = Array.from({ length: 6 }, () => randomUUID())
    const mails = await Promise.all(conversations.flatMap((id) => [1, 2, 3].map(() => bench.deliver(aMail({ conversationId: id })))))
    await Promise.all(mails.map(({ id }) => bench.announce(id)))
    await bench.untilIdle()
    expect(await bench.itemsOn(board.id)).toHaveLength(6)
  })

  test('a mail that fails every time is shown to its owner, and can be tried again', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    bench.sandbox.misbehave('graph', { match: { path: /\/messages\// }, status: 400 })
    const id = await deliverAndTreat(aMail())
    const [run] = await bench.runsOf(id)
    expect(run).toMatchObject({ outcome: 'needs-you', reason: { code: 'fails-every-time', params: { service: 'graph', status: '400' } } })
    bench.sandbox.heal()
    await owner((trx) => retryRun(trx, bench.person, run!.id))
    await bench.untilIdle()
    expect(await bench.runsOf(id)).toMatchObject([{ id: run!.id, outcome: 'done' }])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })

  test('a dead connection parks mails and runs', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    bench.tokens.lost = true
    const id = await deliverAndTreat(aMail())
    const state = () => bench.db.selectFrom('inbox_messages').select('state').where('message_id', '=', id).executeTakeFirstOrThrow()
    expect(await state()).toEqual({ state: 'parked' })
    await bench.reconnect()
    await bench.announce(id)
    await bench.untilIdle()
    expect(await state()).toEqual({ state: 'treated' })
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
    expect(await bench.db.transaction().execute((trx) => resumeRuns(trx, bench.connection.id))).toBe(0)
  })

  test('a recipe switched off while its run waits writes nothing', async () => {
    const board = await bench.aBoard()
    const saved = await bench.aRecipe(board.id)
    const id = await deliverAndTreat(aMail())
    const [run] = await bench.runsOf(id)
    await bench.db.updateTable('runs').set({ outcome: 'waiting', finished_at: null }).where('id', '=', run!.id).execute()
    const plan = JSON.stringify({
      action: { kind: 'create-item', board: { target: 'built-in', id: board.id }, name: 'Late', columns: {}, attachments: 'none', cut: [] },
      files: [],
    })
    await bench.db.updateTable('actions').set({ outcome: 'waiting', plan }).where('run_id', '=', run!.id).execute()
    await owner((trx) => setRecipeEnabled(trx, bench.person, saved.id, false))
    expect(await performRun(bench.runs, run!.id)).toBe('ended')
    expect(await bench.runsOf(id)).toMatchObject([
      { outcome: 'skipped', reason: { code: 'cancelled-by-you' }, actions: [{ outcome: 'skipped' }] },
    ])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })

  test('a run that somebody holds is not begun by another', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const id = await deliverAndTreat(aMail())
    const [run] = await bench.runsOf(id)
    await bench.db.updateTable('runs').set({ outcome: 'waiting', finished_at: null }).where('id', '=', run!.id).execute()
    const claim = await claimRun(bench.db, run!.id, { leaseMs: 60_000, worker: null })
    expect(claim).toHaveProperty('run')
    expect(await performRun(bench.runs, run!.id)).toBe('busy')
    await bench.db.updateTable('runs').set({ outcome: 'done' }).where('id', '=', run!.id).execute()
  })

  test('what a run made is taken back, unless somebody has touched it', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const [kept, undone] = [await deliverAndTreat(aMail({ subject: 'invoice 1' })), await deliverAndTreat(aMail({ subject: 'invoice 2' }))]
    const [keptRun, undoneRun] = [(await bench.runsOf(kept))[0]!, (await bench.runsOf(undone))[0]!]
    const itemId = keptRun.actions[0]!.itemId!
    const shown = { actor: bench.person, publicUrl: 'http://localhost' }
    await owner((trx) => changeItem(trx, shown, { id: itemId, change: { name: 'Mine now' }, version: undefined }))
    await expect(undoRun(bench.runs, bench.person, keptRun.id)).rejects.toMatchObject({ code: 'nothing-to-undo' })
    await undoRun(bench.runs, bench.person, undoneRun.id)
    expect(await bench.itemsOn(board.id)).toMatchObject([{ name: 'Mine now' }])
    expect(await bench.runsOf(undone)).toMatchObject([{ outcome: 'done', reason: { code: 'undone' }, actions: [{ outcome: 'undone' }] }])
    await expect(undoRun(bench.runs, bench.person, undoneRun.id)).rejects.toMatchObject({ code: 'nothing-to-undo' })
  })

  test('a dry run shows what would happen and writes nothing', async () => {
    const board = await bench.aBoard()
    const { ordinaryId, id } = await bench.deliver(aMail({ receivedAt: new Date(Date.now() + 60_000) }))
    const tried = await tryRecipe(bench.runs, bench.person, { recipe: recipe(board.id), message: { id: ordinaryId } })
    expect(tried.results).toMatchObject([{ message: { id }, matches: true, actions: [{ kind: 'create-item', name: 'Invoice 2026-118' }] }])
    const latest = await tryRecipe(bench.runs, bench.person, { recipe: recipe(board.id), message: { latest: 3 } })
    expect(latest.results).toHaveLength(3)
    expect(latest.results).toContainEqual(expect.objectContaining({ message: expect.objectContaining({ id }), matches: true }))
    expect(await bench.runsOf(id)).toEqual([])
    expect(await bench.itemsOn(board.id)).toEqual([])
    const { id: elsewhere } = await bench.deliver(aMail(), 'junkemail')
    const attempt = (messageId: string) => tryRecipe(bench.runs, bench.person, { recipe: recipe(board.id), message: { id: messageId } })
    await expect(attempt(elsewhere)).rejects.toMatchObject({ code: 'not-in-inbox' })
    await expect(attempt(randomUUID())).rejects.toMatchObject({ code: 'message-not-found' })
    await expect(tryRecipe(bench.runs, bench.colleague, { recipe: recipe(board.id), message: { id } })).rejects.toMatchObject({
      code: 'not-connected',
    })
    await expect(tryRecipe(bench.runs, bench.person, { recipe: {}, message: { id } })).rejects.toMatchObject({ code: 'invalid-recipe' })
  })

  test('one click carries an action out at once; insight then knows the item', async () => {
    const board = await bench.aBoard()
    const { ordinaryId, id } = await bench.deliver(aMail({ internetMessageId: '<click@mail.example>' }))
    const run = await actOnMessage(bench.runs, bench.person, { messageId: ordinaryId, action: recipe(board.id).actions[0] })
    expect(run).toMatchObject({
      recipeId: null,
      event: { kind: 'click', messageId: id },
      messageId: id,
      outcome: 'done',
      actions: [{ outcome: 'done' }],
    })
    const asked = { messageId: ordinaryId, internetMessageId: '<click@mail.example>', publicUrl: 'http://localhost' }
    const insight = await owner((trx) => insightOf(trx, bench.person, asked))
    expect(insight).toMatchObject({ messageId: id, items: [{ id: run.actions[0]!.itemId, linkedBy: 'message' }], runs: [{ id: run.id }] })
    const foreign = await asPerson(bench.db, bench.colleague, (trx) => insightOf(trx, bench.colleague, asked))
    expect(foreign).toMatchObject({ items: [], runs: [] })
    const send = { kind: 'send-mail', to: ['a@b.c'], subject: 's', body: 'b' }
    await expect(actOnMessage(bench.runs, bench.person, { messageId: id, action: send })).rejects.toMatchObject({ code: 'invalid-recipe' })
    await bench.untilIdle()
  })

  test('old runs go, and items stay', async () => {
    const board = await bench.aBoard()
    await bench.aRecipe(board.id)
    const id = await deliverAndTreat(aMail())
    await bench.db
      .updateTable('runs')
      .set({ finished_at: new Date(Date.now() - 31 * 86_400_000) })
      .where('message_id', '=', id)
      .execute()
    expect(await purgeRuns(bench.db, 30)).toBe(1)
    expect(await bench.runsOf(id)).toEqual([])
    expect(await bench.itemsOn(board.id)).toHaveLength(1)
  })
})
