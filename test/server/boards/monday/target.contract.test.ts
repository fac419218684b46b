// Boards of monday.com as recipes write to them, against the stand-in at the wire.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Person } from '../../../../sandbox/entra/directory.ts'
import type { NewColumn } from '../../../../sandbox/monday/board.ts'
import { startSandbox, type Sandbox } from '../../../../sandbox/sandbox.ts'
import type { NewItemOnBoard, Sent, Wanted } from '../../../../server/boards/board-target.ts'
import { linkRemoteMessage } from '../../../../server/boards/link-store.ts'
import { safeBody } from '../../../../server/html/safe-html.ts'
import { asPerson } from '../../../../server/people/unit-of-work.ts'
import { intent, origin, sent } from './an-intent.ts'
import { databases } from '../../../support/databases.ts'
import { openPeopled, type Peopled } from '../../../support/people.ts'
import { openRemoteMonday, type RemoteMonday } from '../../../support/remote-monday.ts'

const columns: NewColumn[] = [
  { id: 'mailboard_ref', title: 'Mailboard ref', type: 'text' },
  { id: 'text', title: 'Text', type: 'text' },
  { id: 'long', title: 'Long', type: 'long_text' },
  { id: 'status', title: 'Status', type: 'status', labels: ['New', 'Done'] },
  { id: 'kind', title: 'Kind', type: 'dropdown', labels: ['A', 'B'] },
  { id: 'date', title: 'Date', type: 'date' },
  { id: 'owner', title: 'Owner', type: 'people' },
  { id: 'email', title: 'Email', type: 'email' },
  { id: 'link', title: 'Link', type: 'link' },
  { id: 'phone', title: 'Phone', type: 'phone' },
  { id: 'amount', title: 'Amount', type: 'numbers' },
  { id: 'check', title: 'Check', type: 'checkbox' },
]

describe.each(databases)('on %s', (kind) => {
  let sandbox: Sandbox
  let peopled: Peopled
  let camille: Person
  let remote: RemoteMonday
  beforeAll(async () => {
    sandbox = await startSandbox()
    peopled = await openPeopled(kind)
    const [first] = sandbox.entra.people
    if (first === undefined) throw new Error('There is nobody')
    camille = first
  })
  afterAll(async () => {
    await peopled.close()
    await sandbox.stop()
  })
  beforeEach(async () => {
    sandbox.monday.behave({ refusedTags: new Set(), searchLagMs: 0 })
    sandbox.monday.setLimits(camille, {})
    sandbox.monday.forgetSpent()
    await peopled.database.db.deleteFrom('leases').execute()
    remote = await open()
  })

  const open = (given: Partial<Parameters<typeof openRemoteMonday>[0]> = {}) =>
    openRemoteMonday({ sandbox, db: peopled.database.db, mailuser: camille, columns, ...given })
  const item = (more: Partial<NewItemOnBoard> = {}): NewItemOnBoard => ({
    boardId: remote.boardId,
    name: 'An item',
    columns: {},
    files: [],
    origin: origin(),
    ...more,
  })
  const update = (
    find: Extract<Wanted, { kind: 'add-update' }>['find'],
    more: Partial<Extract<Wanted, { kind: 'add-update' }>> = {},
  ): Wanted => ({
    kind: 'add-update',
    boardId: remote.boardId,
    find,
    timeZone: 'UTC',
    update: { body: safeBody('<p>More</p>'), files: [], origin: origin() },
    otherwise: 'skip',
    ...more,
  })
  const prepared = async (wanted: Wanted) => {
    const ready = await remote.target.prepare(peopled.ann, wanted)
    if (ready === undefined || 'refused' in ready) throw new Error(`Not prepared: ${JSON.stringify(ready)}`)
    return ready.request
  }
  const create = async (more: Partial<NewItemOnBoard> = {}) =>
    sent(await remote.target.send(peopled.ann, intent(await prepared({ kind: 'create-item', item: item(more) }))))
  const operations = () => sandbox.monday.ledger.entries.map(({ operation }) => operation)

  test('an item with columns of all types, in its group, and what is left out is said', async () => {
    const { email } = sandbox.monday.user(camille)
    const texts = {
      text: 'abc',
      long: 'words',
      status: 'done',
      kind: 'A, B',
      date: '2026-11-23',
      owner: `Camille <${email.toUpperCase()}>, nobody@else.example`,
      email: 'Ann <ann@b.example>',
      link: 'https://a.example Open',
      phone: '+33 6 12 34 56 78',
      amount: 'twelve',
      check: 'yes',
    }
    const made = await create({ columns: texts, group: 'topics' })
    expect(remote.items).toMatchObject([
      {
        id: made.itemId,
        name: 'An item',
        columns: {
          text: 'abc',
          long: 'words',
          status: 'Done',
          kind: 'A, B',
          date: '2026-11-23',
          owner: camille.name,
          email: 'Ann - ann@b.example',
          link: 'Open - https://a.example',
          amount: '',
          check: 'v',
        },
      },
    ])
    expect(made.leftOut).toEqual([
      { part: 'columns.amount', code: 'no-number', title: 'Amount' },
      { part: 'columns.owner', code: 'unknown-person', title: 'Owner' },
    ])
  })

  test('every call says its version, and writes bear the key of their intent', async () => {
    const request = await prepared({ kind: 'create-item', item: item() })
    const asked = intent(request)
    sandbox.monday.ledger.clear()
    const [first, second] = [await remote.target.send(peopled.ann, asked), await remote.target.send(peopled.ann, asked)]
    expect(first).toEqual(second)
    expect(sandbox.monday.ledger.entries).toMatchObject([
      { key: asked.key, version: '2026-10', isReplayed: false },
      { key: asked.key, version: '2026-10', isReplayed: true, isOtherBody: false },
    ])
    expect(remote.items).toHaveLength(1)
  })

  test('an update follows its item as an intent of its own; where its tags are refused its words go out', async () => {
    const body = safeBody('<p>Hello <b>you</b> &amp; all</p>')
    const made = await create({ update: body })
    expect(made).toMatchObject({ updateId: null, madeItem: true, next: expect.any(String) })
    sandbox.monday.behave({ refusedTags: new Set(['b']) })
    const { next: request = '', ...before } = made
    const done = sent(await remote.target.send(peopled.ann, intent(request, { made: before })))
    expect(done).toMatchObject({ itemId: made.itemId, madeItem: true, updateId: expect.any(String), cut: [] })
    expect(remote.items[0]?.updates).toEqual([expect.stringMatching(/^Hello you &amp; all<p>Mailboard [0-9a-f]{16}<\/p>$/)])
  })

  test('an item stands without the update that is not taken in any form, and that is said', async () => {
    const { next: request = '', ...made } = await create({ update: safeBody('<p>Hello</p>') })
    sandbox.monday.deleteItem(camille, made.itemId)
    expect(await remote.target.send(peopled.ann, intent(request, { made }))).toEqual({ ...made, cut: ['update'] })
  })

  describe('what is lost is read back', () => {
    test('an item by the reference in its column, the oldest first, late where the search lags', async () => {
      sandbox.monday.behave({ searchLagMs: 60_000 })
      const asked = intent(await prepared({ kind: 'create-item', item: item({ update: safeBody('x') }) }))
      const made = sent(await remote.target.send(peopled.ann, asked))
      expect(await remote.target.readBack(peopled.ann, asked)).toEqual([])
      sandbox.monday.advance(61_000)
      expect(await remote.target.readBack(peopled.ann, asked)).toEqual([made])
      await remote.target.send(peopled.ann, { ...asked, key: randomUUID() })
      sandbox.monday.advance(61_000)
      const found = await remote.target.readBack(peopled.ann, asked)
      expect(found).toMatchObject([{ itemId: made.itemId }, { itemId: expect.any(String) }])
      expect(await remote.target.readBack(peopled.ann, { ...asked, marker: 'another' })).toEqual([])
    })

    test('an update by the one at its end', async () => {
      const { next: request = '', ...made } = await create({ update: safeBody('<p>Hello</p>') })
      const asked = intent(request, { made })
      expect(await remote.target.readBack(peopled.ann, asked)).toEqual([])
      sandbox.monday.addUpdate(camille, made.itemId, '<p>Somebody else</p>')
      const done = sent(await remote.target.send(peopled.ann, asked))
      expect(await remote.target.readBack(peopled.ann, asked)).toEqual([done])
    })

    test('without the column nobody can tell; with its owner’s leave it is added once, and again under another id', async () => {
      remote = await open({ columns: [] })
      const asked = intent(await prepared({ kind: 'create-item', item: item() }))
      expect(await remote.target.readBack(peopled.ann, asked)).toBe('cannot-tell')
      await remote.boards.allow(peopled.ann, remote.boardId, { mayAddMarker: true })
      await create()
      await create()
      const ids = () => remote.items.map(({ columns: shown }) => Object.entries(shown).filter(([, text]) => text !== '').map(([id]) => id)) // prettier-ignore
      expect(ids()).toEqual([['mailboard_ref'], ['mailboard_ref']])
      sandbox.monday.deleteColumn(remote.boardId, 'mailboard_ref')
      const old = remote.target.send(peopled.ann, intent(await prepared({ kind: 'create-item', item: item() })))
      await expect(old).rejects.toMatchObject({ name: 'NothingDone', cause: { status: 404 } })
      await create()
      expect(ids().at(-1)).toEqual([expect.stringMatching(/^mailboard_ref_[0-9a-f]{4}$/)])
    })
  })

  describe('the item of an update', () => {
    const otherwise = () => ({ create: item({ name: 'Instead' }) })

    test('is that of the conversation, as our links know it; of one that is gone there another is made', async () => {
      const first = await create()
      const place = { target: 'monday' as const, boardId: remote.boardId, itemId: first.itemId }
      await asPerson(peopled.database.db, peopled.ann, (trx) => linkRemoteMessage(trx, peopled.ann, place, origin('talk')))
      const wanted = update({ by: 'conversation', conversationId: 'talk' }, { otherwise: otherwise() })
      const added = sent(await remote.target.send(peopled.ann, intent(await prepared(wanted))))
      expect(added).toMatchObject({ itemId: first.itemId, madeItem: false, updateId: expect.any(String) })
      const late = await prepared(wanted)
      sandbox.monday.deleteItem(camille, first.itemId)
      await expect(remote.target.send(peopled.ann, intent(late))).rejects.toMatchObject({ cause: { status: 404, code: 'item-gone' } })
      const instead = sent(await remote.target.send(peopled.ann, intent(await prepared(wanted))))
      expect(instead).toMatchObject({ madeItem: true })
      expect(remote.items).toMatchObject([{ id: instead.itemId, name: 'Instead' }])
    })

    test('is skipped where there is none, and found by a column whatever its case: the newest; a column that cannot be searched is said', async () => {
      const byText = update({ by: 'column', column: 'text', value: 'problem-17' })
      expect(await remote.target.prepare(peopled.ann, byText)).toBeUndefined()
      await create({ columns: { text: 'PROBLEM-17' } })
      sandbox.monday.advance(5000)
      const second = await create({ columns: { text: 'Problem-17' } })
      expect(sent(await remote.target.send(peopled.ann, intent(await prepared(byText))))).toMatchObject({ itemId: second.itemId })
      const byOwner = update({ by: 'column', column: 'owner', value: camille.address })
      expect(await remote.target.prepare(peopled.ann, byOwner)).toMatchObject({ refused: 'value-not-valid', params: { code: 'InvalidArgumentException' } }) // prettier-ignore
      const byNothing = update({ by: 'column', column: 'nowhere', value: 'x' })
      expect(await remote.target.prepare(peopled.ann, byNothing)).toMatchObject({ refused: 'column-gone' })
    })

    test('two first mails of a conversation do not both make one', async () => {
      const wanted = () => update({ by: 'conversation', conversationId: randomUUID() }, { otherwise: otherwise() })
      const [one, other] = [wanted(), wanted()]
      const same = { ...other, find: one.kind === 'add-update' ? one.find : undefined } as Wanted
      await prepared(one)
      await expect(prepared(same)).rejects.toMatchObject({ status: 429, code: 'same-conversation' })
      await prepared(one)
    })
  })

  describe('labels', () => {
    test('that the board does not have are left out, or made where that is wanted', async () => {
      expect((await create({ columns: { status: 'Brand new' } })).leftOut).toMatchObject([
        { part: 'columns.status', code: 'unknown-label' },
      ])
      await remote.boards.allow(peopled.ann, remote.boardId, { makesLabels: true })
      expect((await create({ columns: { status: 'Brand new' } })).leftOut).toEqual([])
      expect(remote.items.map(({ columns: shown }) => shown['status'])).toEqual(['', 'Brand new'])
    })

    test('that came since the board was read are seen after a minute', async () => {
      await create()
      const { db } = peopled.database
      sandbox.monday.changeColumns(camille, remote.items[0]!.id, { status: { label: 'Fresh' } })
      expect((await create({ columns: { status: 'Fresh' } })).leftOut).toHaveLength(1)
      await db
        .updateTable('known_boards')
        .set({ read_at: new Date(Date.now() - 120_000) })
        .execute()
      expect((await create({ columns: { status: 'Fresh' } })).leftOut).toEqual([])
    })
  })

  describe('a board that is not as it was', () => {
    test('is said by name, after it was read anew: its group, its column, the board, the right to it', async () => {
      const withColumn = await prepared({ kind: 'create-item', item: item({ columns: { text: 'x' } }) })
      const withGroup = await prepared({ kind: 'create-item', item: item({ group: 'topics' }) })
      const plain = await prepared({ kind: 'create-item', item: item() })
      const send = (request: string) => remote.target.send(peopled.ann, intent(request))
      sandbox.monday.deleteColumn(remote.boardId, 'text')
      expect(await send(withColumn)).toEqual({ refused: 'column-gone', params: { board: 'Elsewhere', column: 'text' } })
      sandbox.monday.archiveGroup(remote.boardId, 'topics')
      expect(await send(withGroup)).toEqual({ refused: 'group-gone', params: { board: 'Elsewhere', group: 'topics' } })
      remote.tokens.value = await sandbox.monday.oauthToken(camille, ['boards:read'])
      expect(await send(plain)).toMatchObject({ refused: 'board-not-yours', params: { code: 'missingRequiredPermissions' } })
      sandbox.monday.makePrivate(remote.boardId)
      expect(await send(plain)).toEqual({ refused: 'board-gone', params: { board: remote.boardId } })
      expect(
        await asPerson(peopled.database.db, peopled.ann, (trx) => remote.target.describe(trx, peopled.ann, remote.boardId)),
      ).toBeUndefined()
    })

    test('costs one call while nothing has changed', async () => {
      await create()
      sandbox.monday.ledger.clear()
      await create()
      await create({ columns: { status: 'Done' } })
      expect(operations()).toEqual(['CreateItem', 'CreateItem'])
    })

    test('a value that it refuses is the fault of the mail', async () => {
      const request = await prepared({ kind: 'create-item', item: item({ columns: { status: 'Done' } }) })
      sandbox.misbehave('monday', {
        times: 1,
        status: 422,
        body: {
          errors: [{ message: 'x', extensions: { code: 'DATA_VALIDATIONS_ERROR', error_data: [{ itemId: '1', columnIds: ['status'] }] } }],
        },
      })
      expect(await remote.target.send(peopled.ann, intent(request))).toMatchObject({ refused: 'value-not-valid', params: { code: 'DATA_VALIDATIONS_ERROR' } }) // prettier-ignore
    })
  })

  describe('limits', () => {
    const refusedBy = async (request: string) => remote.target.send(peopled.ann, intent(request)).catch((error: unknown) => error)

    test('are waited for by all, without another call, until the time that was told', async () => {
      const request = await prepared({ kind: 'create-item', item: item() })
      sandbox.monday.forgetSpent()
      sandbox.monday.setLimits(camille, { pointsOfPersonal: 15_000 })
      await remote.target.send(peopled.ann, intent(request))
      sandbox.monday.ledger.clear()
      // The header said that nothing more would fit: nobody asks.
      expect(await refusedBy(request)).toMatchObject({ name: 'NothingDone', cause: { status: 429, code: 'paused-as-asked' } })
      expect(sandbox.monday.ledger.entries).toEqual([])
      const other = await open()
      await expect(other.target.prepare(peopled.ann, { kind: 'create-item', item: item({ boardId: other.boardId }) })).rejects.toMatchObject({ status: 429 }) // prettier-ignore
      await expect(other.target.prepare(peopled.ben, { kind: 'create-item', item: item({ boardId: other.boardId }) })).resolves.toMatchObject({}) // prettier-ignore
    })

    test('of the day: until midnight UTC, and said so', async () => {
      const request = await prepared({ kind: 'create-item', item: item() })
      sandbox.monday.setLimits(camille, { day: 0 })
      const until = (Math.floor(sandbox.monday.now() / 86_400_000) + 1) * 86_400 - sandbox.monday.now() / 1000
      for (let count = 0; count < 2; count += 1) {
        const { cause } = Object(await refusedBy(request))
        expect([cause.code, cause.reaction]).toEqual(['DAILY_LIMIT_EXCEEDED', 'park'])
        expect(Math.abs(cause.retryAfterSeconds - until)).toBeLessThan(5)
      }
      expect(sandbox.monday.ledger.entries.filter(({ codes }) => codes.includes('DAILY_LIMIT_EXCEEDED'))).toHaveLength(1)
    })

    test.each([
      ['a locked board', { status: 423 }, { status: 429, code: 'RESOURCE_LOCKED' }],
      ['no connection to it', { dropConnection: true }, undefined],
      ['a fault of the service', { status: 503 }, undefined],
      ['a twin under way', { status: 409 }, undefined],
      ['an answer that is none', { status: 200, body: '<html>' }, undefined],
    ])('%s: in doubt, unless it has certainly done nothing', async (_what, fault, cause) => {
      const request = await prepared({ kind: 'create-item', item: item() })
      sandbox.misbehave('monday', { times: 1, ...fault })
      const error = await refusedBy(request)
      expect(error).toMatchObject(
        cause === undefined ? { name: expect.not.stringContaining('NothingDone') } : { name: 'NothingDone', cause },
      )
    })
  })

  test('a token that is refused is replaced once; where even a fresh one is, nothing was done', async () => {
    const request = await prepared({ kind: 'create-item', item: item() })
    sandbox.misbehave('monday', { times: 1, status: 401 })
    expect(await remote.target.send(peopled.ann, intent(request))).toMatchObject({ madeItem: true })
    sandbox.monday.revokeTokens(camille)
    await expect(remote.target.send(peopled.ann, intent(request))).rejects.toMatchObject({ name: 'NothingDone', cause: { name: 'ConnectionLost' } }) // prettier-ignore
    expect(remote.tokens.refused).toBe(1)
    sandbox.misbehave('monday', { status: 401, body: { errors: [{ message: 'Your ip is restricted' }] } })
    await expect(remote.target.send(peopled.ann, intent(request))).rejects.toMatchObject({ cause: { code: 'IP_RESTRICTED' } })
    expect(remote.tokens.refused).toBe(1)
  })

  describe('undone', () => {
    const made = ({ itemId, madeItem, updateId }: Sent) => ({ runId: randomUUID(), itemId, itemVersion: null, madeItem, updateId })

    test('an item is gone, once; with what others have added, or changed, it stays', async () => {
      const [one, two, three] = [await create(), await create(), await create()]
      expect(await remote.target.takeBack(peopled.ann, made(one))).toEqual({ audience: peopled.ann.personId })
      expect(await remote.target.takeBack(peopled.ann, made(one))).toBe('gone')
      sandbox.monday.addUpdate(camille, two.itemId, 'Mine')
      expect(await remote.target.takeBack(peopled.ann, made(two))).toEqual({ stays: 'added-to' })
      sandbox.monday.advance(60_000)
      sandbox.monday.changeColumns(camille, three.itemId, { text: 'changed' })
      expect(await remote.target.takeBack(peopled.ann, made(three))).toEqual({ stays: 'touched' })
      expect(remote.items.map(({ id }) => id)).toEqual([two.itemId, three.itemId])
    })

    test('an update too', async () => {
      const base = await create({ columns: { text: 'key' } })
      const add = async () => made(sent(await remote.target.send(peopled.ann, intent(await prepared(update({ by: 'column', column: 'text', value: 'key' })))))) // prettier-ignore
      const [one, two] = [await add(), await add()]
      expect(await remote.target.takeBack(peopled.ann, one)).toEqual({ audience: peopled.ann.personId })
      expect(await remote.target.takeBack(peopled.ann, one)).toBe('gone')
      sandbox.monday.addUpdate(camille, base.itemId, 'A reply', two.updateId)
      expect(await remote.target.takeBack(peopled.ann, two)).toEqual({ stays: 'touched' })
    })
  })

  test('boards are listed and read for whoever is connected, and forgotten with the connection', async () => {
    const listed = await remote.boards.list(peopled.ann)
    expect(listed.items).toContainEqual(
      expect.objectContaining({ id: remote.boardId, name: 'Elsewhere', target: 'monday', visibility: 'tenant' }),
    )
    expect(await remote.boards.read(peopled.ann, remote.boardId)).toMatchObject({ name: 'Elsewhere', groups: [{ id: 'topics' }] })
    const describe = () => asPerson(peopled.database.db, peopled.ann, (trx) => remote.target.describe(trx, peopled.ann, remote.boardId))
    expect((await describe())?.columns.map(({ id }) => id)).toEqual(columns.slice(1).map(({ id }) => id))
    expect(remote.target.leftOut((await describe()) ?? { name: '', groups: [], columns: [] }, { columns: { status: 'x' } })).toEqual([{ part: 'columns.status', code: 'unknown-label' }]) // prettier-ignore
    await asPerson(peopled.database.db, peopled.ann, (trx) => remote.boards.forget(trx, peopled.ann))
    expect(await describe()).toBeUndefined()
    expect(await remote.boards.read(peopled.ann, 'no-number')).toBeUndefined()
  })
})
