// Whatever is done with actions is done from the table. Here a kind is put into the table type itself; that the whole project takes one
// that is added to the product's table is in added-to-a-table.test.ts.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { actions } from '../../recipes/actions/actions.ts'
import { actionsFrom } from '../../recipes/actions/from-table.ts'
import { besidePlan } from '../../recipes/actions/planned.ts'
import type { Writer } from '../../recipes/actions/writing.ts'
import { fieldsNeeded } from '../../recipes/fields.ts'
import { parseAction } from '../../recipes/parse-recipe.ts'
import { planAction } from '../../recipes/plan.ts'
import type { Say } from '../../recipes/say.ts'
import { recipeWarnings } from '../../recipes/warnings.ts'
import { openApiDocument } from '../../server/api/openapi.ts'
import { aBoard, aMessage, withAction } from './builders.ts'
import { makeNote } from './made-up-kind.ts'
import { samples } from './samples.ts'

const more = actionsFrom({ ...actions.table, 'make-note': makeNote })
const aNote = { kind: 'make-note', board: aBoard, text: 'Note: {{ message.subject }}', withFiles: true } as const

const writer: Writer = {
  message: aMessage(),
  line: (template) => template,
  text: (template) => template,
  html: (template) => ({ html: `<p>${template}</p>` }),
  value: () => undefined,
}
const beside = { cut: [], leftOut: [], timeZone: 'Etc/UTC' }
const say: Say = {
  quote: (text) => `"${text}"`,
  list: (words) => words.join(', '),
  onBoard: ({ id }) => `@${id}`,
  inPlace: ({ board }) => `@${board.id}`,
  column: (_board, id) => id,
  itemFound: () => 'it',
  withFiles: () => '',
}

test('a kind put into the table has its schema, beside those of the others', () => {
  expect(more.kinds).toEqual([...actions.kinds, 'make-note'])
  for (const action of [aNote, ...Object.values(samples)]) expect(more.schema.parse(action)).toEqual(action)
  expect(more.schema.safeParse({ ...aNote, text: 5 }).error?.issues).toMatchObject([{ path: ['text'] }])
  expect(more.schema.safeParse({ ...aNote, other: 1 }).success).toBe(false)
  expect(actions.schema.safeParse(aNote).success).toBe(false)
})

test('its templates, boards, files and needs are those that its file says, with their places', () => {
  expect(more.templates(aNote)).toEqual([{ pointer: '/text', template: aNote.text, isHtml: true }])
  const use = { board: aBoard, pointer: '/actions/0/board', groups: [], columns: [{ id: 'note', pointer: '/actions/0/text' }] }
  expect(more.boards(aNote, '/actions/0')).toEqual([use])
  expect(more.filesAt(aNote)).toEqual(['/withFiles'])
  expect(more.needs(aNote)).toEqual(['importance'])
})

test('its plan has one schema, for the database and for the API, and its HTML changes its form in all of them', () => {
  const planned = { ...more.plan(aNote, writer), ...beside }
  expect(planned).toEqual({
    kind: 'make-note',
    board: aBoard,
    text: { html: '<p>Note: {{ message.subject }}</p>' },
    withFiles: true,
    ...beside,
  })
  expect(more.filesAt(planned)).toEqual(['/withFiles'])
  expect(more.itemOf(planned)).toBeUndefined()
  const noItem = () => {
    throw new Error('A note creates no item.')
  }
  const clean = more.reform(planned, { html: ({ html }) => ({ clean: html.length }), item: noItem })
  expect(clean).toEqual({ ...planned, text: { clean: 34 } })

  const ofApi = more.planned(z.object({ html: z.string() }), besidePlan)
  expect(ofApi.parse(planned)).toEqual(planned)
  expect(ofApi.safeParse({ ...planned, text: 'plain' }).error?.issues).toMatchObject([{ path: ['text'] }])
  expect(JSON.stringify(z.toJSONSchema(ofApi))).toContain('"const":"make-note"')
  const stored = z.object({ html: z.string() }).transform(({ html }) => ({ html, isRead: true }))
  expect(more.planned(stored, besidePlan).parse(planned)).toEqual({
    ...planned,
    text: { html: '<p>Note: {{ message.subject }}</p>', isRead: true },
  })
})

test('it has words in both languages, and its place in the editor', () => {
  expect(more.says(aNote, 'en', say)).toBe('make a note @board-1')
  expect(more.says(aNote, 'fr', say)).toBe('prendre note @board-1')
  expect([more.nameOf('make-note', 'en'), more.nameOf('make-note', 'fr')]).toEqual(['Make note', 'Prendre note'])
  const form = more.formOf('make-note')
  expect(form?.choice).toEqual({ en: 'Make a note of each email', fr: 'Prendre note de chaque e-mail' })
  expect(form?.actionFrom({ board: aBoard, name: 'A name' })).toEqual({ ...aNote, text: 'A name', withFiles: false })
})

test('what is not in the table is refused by name', () => {
  expect(() => actions.templates(JSON.parse('{"kind":"make-note"}'))).toThrow('There is no action of the kind "make-note".')
  expect(() => actions.templates(JSON.parse('{"kind":"toString"}'))).toThrow('"toString"')
  expect(actions.nameOf('make-note', 'en')).toBeUndefined()
  expect(actions.formOf('make-note')).toBeNull()
  expect(() => actionsFrom({}).schema).toThrow('empty')
})

test.each(actions.kinds)('%s says of itself what its schema holds', (kind) => {
  const action = samples[kind]
  expect(parseAction(action)).toEqual({ action })
  for (const { pointer, template } of actions.templates(action)) expect(valueAt(action, pointer)).toBe(template)
  for (const { board, pointer, groups, columns } of actions.boards(action)) {
    expect(valueAt(action, pointer)).toEqual(board)
    for (const place of groups) expect(valueAt(action, place.pointer)).toBe(place.id)
    for (const place of columns) expect(place.template ?? place.id).toBe(valueAt(action, place.pointer))
  }
  for (const pointer of actions.filesAt(action)) expect(['files', true]).toContain(valueAt(action, pointer))
})

test.each(actions.kinds)('a plan of %s passes its own schema, with the same files, and its HTML is found again', (kind) => {
  const planned = planAction(samples[kind], aMessage())
  expect(actions.planned(z.object({ html: z.string() }), besidePlan).parse(planned)).toEqual(planned)
  expect(actions.filesAt(planned)).toEqual(actions.filesAt(samples[kind]))
  const seen: string[] = []
  actions.reform(planned, {
    html: ({ html }, part) => void seen.push(`${part} ${html}`),
    item: ({ update: _update, ...item }) => item,
  })
  const outside = actions.templates(samples[kind]).filter(({ isHtml, pointer }) => isHtml && pointer === '/body')
  expect(seen).toEqual(outside.map(({ template }) => `body ${template}`))
})

test('the API names each kind, as it is written and as it is planned', () => {
  const { Action, PlannedAction } = openApiDocument('https://mailboard.example').components?.schemas ?? {}
  for (const schema of [Action, PlannedAction])
    expect([...JSON.stringify(schema).matchAll(/"kind":\{"type":"string","const":"([\w-]+)"/g)].map(([, kind]) => kind)).toEqual(
      actions.kinds,
    )
})

test('files are read for every kind that takes them, and constants are judged by their columns wherever they are filled in', () => {
  const columns = [{ id: 'due', title: 'Due', type: 'date' as const }]
  for (const kind of actions.kinds) {
    const recipe = withAction(samples[kind])
    expect(fieldsNeeded([recipe]).has('attachments')).toBe(actions.filesAt(samples[kind]).length > 0)
    const places = actions
      .boards(samples[kind], '/actions/0')
      .flatMap((use) => use.columns.filter(({ template }) => template !== undefined))
    expect(recipeWarnings(recipe, () => columns).map((each) => each.pointer)).toEqual(places.map(({ pointer }) => pointer))
  }
})

/** What carries actions out has to know their kinds; what begins a recipe or a click chooses one. */
const mayNameKinds = [
  'addin/mail/CreateItemCard.tsx',
  'addin/recipes/draft.ts',
  'server/actions/wanted.ts',
  'server/boards/board-target.ts',
  'server/boards/built-in/target.ts',
  'server/boards/monday/prepare.ts',
  'server/people/isolation-probe.ts',
]

test('no other file names a kind', () => {
  const named = new RegExp(`'(?:${actions.kinds.join('|')})'`)
  const naming = sources().filter((path) => !path.startsWith('recipes/actions/') && named.test(readFileSync(path, 'utf8')))
  expect(naming.toSorted()).toEqual(mayNameKinds)
})

const sources = (): string[] =>
  ['addin', 'contract', 'recipes', 'server'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  )

function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1)
  return keys.reduce<unknown>(
    (within, key) => (typeof within === 'object' && within !== null ? Reflect.get(within, key) : undefined),
    value,
  )
}
