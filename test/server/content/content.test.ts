import { afterAll, describe, expect, test } from '@jest/globals'
import { parseRecipe } from '../../../recipes/parse-recipe.ts'
import type { RecipeBody } from '../../../recipes/recipe.ts'
import { openContent } from '../../../server/content/content.ts'
import type { AskedRecipe } from '../../../server/content/judge-mail.ts'
import { openLane } from '../../../server/content/lane.ts'
import { inRoom, openRooms } from '../../../server/content/room.ts'
import { openThread } from '../../../server/content/thread.ts'
import { Busy, TooHeavy } from '../../../server/content/too-heavy.ts'
import { randomText } from '../../support/random-text.ts'

const owner = { tenantId: 'tenant', personId: 'person' }
const content = openContent()
afterAll(() => content.stop())

const facts = { addresses: ['me@example.org'], seenAt: new Date('2026-01-01T00:00:00Z') }
const mail = (text: string) => ({
  json: Buffer.from(
    JSON.stringify({ id: 'm', subject: 'Invoice', receivedDateTime: '2026-01-02T00:00:00Z', body: { contentType: 'text', content: text } }),
  ),
  listed: [],
})

const board = { target: 'built-in', id: 'b' }
const recipe = (overrides: object): RecipeBody => {
  const parsed = parseRecipe({
    name: 'r',
    trigger: { kind: 'mail-received' },
    actions: [{ kind: 'create-item', board, name: '{{ message.subject }}' }],
    ...overrides,
  })
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
  return parsed.recipe
}
const matching = (pattern: string) => recipe({ conditions: { all: [{ field: 'body', operator: 'matches', values: [pattern] }] } })
const hard = matching('a.{0,900}b.{0,900}z')
const easy = recipe({ conditions: { all: [{ field: 'subject', operator: 'contains', values: ['invoice'] }] } })

const judge = async (text: string, asked: AskedRecipe[]) => {
  const judged = await content.inRoom(owner, (room) => content.judge('person', { fetched: mail(text), facts, asked }, room))
  return judged === 'draft' ? undefined : judged
}
const asked = (id: string, body: RecipeBody | string): AskedRecipe => ({ id, since: null, body })

describe('work on a mail', () => {
  test('that is little is done at once, and comes out as it does from a thread', async () => {
    const little = await judge('Total: 12', [asked('easy', easy), asked('none', matching('^never$'))])
    const inThread = await judge(`Total: 12${' '.repeat(200_000)}`, [asked('easy', easy), asked('none', matching('^never$'))])
    expect(little?.decided).toMatchObject([
      { id: 'easy', plans: [{ action: { name: 'Invoice' } }] },
      { id: 'none', notMet: {} },
    ])
    expect(inThread?.decided).toMatchObject(little?.decided ?? [])
    expect(inThread?.mail).toEqual(little?.mail)
  })

  test('that one recipe makes too much of ends for that recipe alone', async () => {
    const text = randomText('ab', 250_000)
    const judged = await judge(text, [asked('before', easy), asked('hard', hard), asked('after', easy)])
    const byId = new Map(judged?.decided.map((one) => [one.id, one]))
    expect(byId.get('hard')).toEqual({ id: 'hard', tooHeavy: 'conditions' })
    for (const id of ['before', 'after']) expect(byId.get(id)).toMatchObject({ plans: [{ action: { name: 'Invoice' } }] })
  })

  test('goes on after a thread was stopped', async () => {
    expect((await judge(`x${' '.repeat(400_000)}`, [asked('easy', easy)]))?.decided).toMatchObject([{ id: 'easy', plans: [{}] }])
  })

  test('with recipes that come as text is done in a thread', async () => {
    const judged = await judge('Hello', [asked('easy', JSON.stringify(easy))])
    expect(judged?.decided).toMatchObject([{ id: 'easy', plans: [{}] }])
  })

  test('that Graph cut off says so', async () => {
    const cut = { json: Buffer.from('{"id":'), listed: [] }
    expect(
      await content.inRoom(owner, (room) => content.judge('person', { fetched: cut, facts, asked: [asked('easy', easy)] }, room)),
    ).toBeUndefined()
  })
})

test('more memory than its share ends the work, and the next work is done', async () => {
  const thread = openThread({ memoryMb: 64, partMs: 10_000, wholeMs: 20_000, niceIncrement: 0 })
  try {
    const fetched = {
      json: Buffer.from(JSON.stringify({ id: 'm', toRecipients: Array(600_000).fill({ emailAddress: { name: 'n', address: 'a@b.c' } }) })),
      listed: [],
    }
    const task = { fetched, facts, asked: [asked('easy', easy)] }
    await expect(thread.run('judge', task)).rejects.toEqual(new TooHeavy({ part: 'read', recipe: 0, isWhole: false }))
    expect(await thread.run('clean', { html: '<p>Hi<script>x</script>' })).toMatchObject({ text: 'Hi' })
  } finally {
    await thread.stop()
  }
})

test('a part that takes more than its share of time is stopped, and named', async () => {
  const thread = openThread({ memoryMb: 256, partMs: 200, wholeMs: 20_000, niceIncrement: 0 })
  try {
    const task = { fetched: mail(randomText('ab', 250_000)), facts, asked: [asked('easy', easy), asked('hard', hard)] }
    await expect(thread.run('judge', task)).rejects.toMatchObject({ name: 'TooHeavy', part: 'conditions', recipe: 1, isWhole: false })
  } finally {
    await thread.stop()
  }
})

describe('where there is no room for heavy work', () => {
  const person = (tenantId: string, personId: string) => ({ tenantId, personId })

  test('it is told at once, and there is again when other work has ended', async () => {
    const rooms = openRooms({ all: 1, ofTenant: 1, ofPerson: 1 })
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = inRoom(rooms, person('a', '1'), async (room) => {
      room.take()
      await promise
    })
    await expect(inRoom(rooms, person('b', '2'), async (room) => room.take())).rejects.toBeInstanceOf(Busy)
    expect(await inRoom(rooms, person('b', '2'), async (room) => room.mayBeLarge())).toBe(false)
    resolve()
    await first
    expect(await inRoom(rooms, person('b', '2'), async (room) => room.mayBeLarge())).toBe(true)
  })

  test('one person, or one tenant, never takes all of it', () => {
    const rooms = openRooms({ all: 4, ofTenant: 2, ofPerson: 1 })
    const taken = [person('a', '1'), person('a', '1'), person('a', '2'), person('a', '3'), person('b', '4')].map((owner) =>
      rooms.take(owner),
    )
    expect(taken).toEqual([true, false, true, false, true])
  })
})

test('one person never holds the last thread while others might come', async () => {
  const lane = openLane(2, { memoryMb: 128, partMs: 10_000, wholeMs: 20_000, niceIncrement: 0 })
  const finished: string[] = []
  const run = async (personId: string, html: string) => {
    await lane.run(personId, 'clean', { html })
    finished.push(personId)
  }
  try {
    // Both threads have started.
    await Promise.all(['first', 'second'].map((personId) => run(personId, '<p>short</p>')))
    finished.length = 0
    const long = `<p>${randomText('ab', 900_000)}</p>`
    const many = Array.from({ length: 4 }, () => run('one', long))
    await run('other', '<p>short</p>')
    expect(finished.filter((personId) => personId === 'one').length).toBeLessThanOrEqual(1)
    await Promise.all(many)
    expect(finished).toHaveLength(5)
  } finally {
    await lane.stop()
  }
})
