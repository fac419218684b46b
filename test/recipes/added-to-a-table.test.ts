// A kind of action and a field that are added to the tables, and nowhere else, in a copy of the project: everything compiles and takes
// them; what lacks a part does not compile, and the compiler names the part.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { unknownZone } from '../../recipes/zone.ts'
import { copyOfProject } from '../support/project-copy.ts'
import { makeNote } from './made-up-kind.ts'

const run = promisify(execFile)

const aField = `  isLong: flagField({
    needs: ['body'],
    read: ({ body }) => body.text.length > 10,
    words: { en: { label: 'Long', yes: 'it’s long', no: 'it’s short' }, fr: { label: 'Long', yes: 'il est long', no: 'il est court' } },
  }),
`

function addToTables(folder: string) {
  const inCopy = (path: string) => join(folder, path)
  const change = (path: string, change: (source: string) => string) => {
    const before = readFileSync(inCopy(path), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`${path} has no place for a new line.`)
    writeFileSync(inCopy(path), after)
  }
  const kind = readFileSync(inCopy('test/recipes/made-up-kind.ts'), 'utf8')
  writeFileSync(inCopy('recipes/actions/make-note.ts'), kind.replaceAll('../../recipes/actions/', './').replaceAll('../../recipes/', '../'))
  change('recipes/actions/actions.ts', (source) =>
    source
      .replace("  'send-mail': sendMail,\n", "$&  'make-note': makeNote,\n")
      .replace(/^import /m, "import { makeNote } from './make-note.ts'\nimport "),
  )
  change('recipes/conditions/fields.ts', (source) => source.replace('export const fields = {\n', `$&${aField}`))
}

/** Each line with an error, and what its message has to name. */
const incomplete: [source: string, named: RegExp][] = [
  ...Object.keys(makeNote).map((part): [string, RegExp] => [
    `(({ ${part}: _part, ...rest }: typeof makeNote): typeof makeNote => rest)(makeNote)`,
    new RegExp(`Property '${part}' is missing`),
  ]),
  ['({ ...makeNote, words: { en: makeNote.words.en } }) satisfies typeof makeNote', /Property 'fr' is missing/],
  ["actionsFrom({ ...actions.table, 'take-note': makeNote })", /"make-note"' is not assignable to type '"take-note"/],
  ["({ plan: (text: string, writer: Writer) => writer.html(text, 'note') })", /'"note"' is not assignable/],
  ["textField({ needs: ['subject'], words: fields.subject.words })", /Property 'read' is missing/],
  ["textField({ needs: ['subject'], read: ({ body }) => [body.text], words: fields.subject.words })", /Property 'body' does not exist/],
  [
    "flagField({ needs: ['to'], read: ({ owner }) => owner.addresses.length > 1, words: fields.sentToMe.words })",
    /Property 'owner' does not/,
  ],
  ["textField({ needs: ['subject'], read: () => [], words: { en: { label: 'A', noun: 'a' } } })", /Property 'fr' is missing/],
  ["choiceField(['a', 'b'], { needs: [], read: () => 'a', words: { en: aChoice, fr: aChoice } })", /Property 'b' is missing/],
]

const beforeLines = `import { actions } from './actions/actions.ts'
import { actionsFrom } from './actions/from-table.ts'
import { makeNote } from './actions/make-note.ts'
import type { Writer } from './actions/writing.ts'
import { choiceField, flagField, textField } from './conditions/field.ts'
import { fields } from './conditions/fields.ts'
const aChoice = { label: 'A', noun: 'a', choices: { a: 'a' } }
`

const consumers = `import { wantedFrom } from './server/actions/wanted.ts'
import { storedPlan } from './server/actions/stored-plan.ts'
import { openApiDocument } from './server/api/openapi.ts'
import { planFrom } from './server/content/plan.ts'
import { safeBody } from './server/html/safe-html.ts'
import { actions } from './recipes/actions/actions.ts'
import { conditions } from './recipes/conditions/conditions.ts'
import { fields } from './recipes/conditions/fields.ts'
import { decide } from './recipes/decide.ts'
import { describe } from './recipes/describe.ts'
import { explain } from './recipes/explain.ts'
import { fieldsNeeded } from './recipes/fields.ts'
import { parseRecipe } from './recipes/parse-recipe.ts'
import { planActions } from './recipes/plan.ts'
import { weightOf } from './recipes/weight.ts'
import { aMessage } from './test/recipes/builders.ts'

const action = { kind: 'make-note', board: { target: 'built-in', id: '1' }, text: '{{ message.subject }}', withFiles: true }
const parsed = parseRecipe({
  name: 'Notes',
  trigger: { kind: 'mail-received' },
  conditions: { all: [{ field: 'isLong', operator: 'is', values: [true] }] },
  actions: [action],
})
if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
const { recipe } = parsed
const message = aMessage({ subject: '<b>Hi</b>', attachments: [{ id: '1', name: 'a', contentType: 'a/b', size: 1, kind: 'file', isInline: false }] })
const { conditions: [decision] } = decide(recipe, message)
const plans = planActions(recipe, message).map((planned) => planFrom(planned, message, safeBody))
const { Action, Condition, PlannedAction } = openApiDocument('https://mailboard.example').components?.schemas ?? {}
console.log(
  JSON.stringify({
    sentences: (['en', 'fr'] as const).map((language) => describe(recipe, language, { board: () => 'Notes' })),
    explained: decision && explain(decision, recipe, 'fr'),
    needed: [...fieldsNeeded([recipe])].toSorted(),
    shown: weightOf(recipe).shown.length,
    plans,
    stored: plans.map((plan) => storedPlan.parse(JSON.parse(JSON.stringify(plan)))),
    wanted: plans.map((plan) => wantedFrom(plan, new Map(), { messageId: 'm', recipeId: null, runId: 'r' } as never)),
    inApi: [Action, PlannedAction].map((schema) => JSON.stringify(schema).includes('make-note')),
    fieldInApi: JSON.stringify(Condition).includes('isLong'),
    inEditor: [actions.formOf('make-note')?.choice.en, conditions.names[0], fields[conditions.names[0]!].words.fr.label],
  }),
)
`

test('a kind and a field that are added to the tables alone compile into everything, and what lacks a part fails by its name', async () => {
  await using project = copyOfProject({ installed: true })
  const { folder } = project
  addToTables(folder)
  writeFileSync(
    join(folder, 'recipes/incomplete.ts'),
    beforeLines + incomplete.map(([source], at) => `export const line${at} = ${source}\n`).join(''),
  )
  writeFileSync(
    join(folder, 'tsconfig.tables.json'),
    JSON.stringify({
      extends: './addin/tsconfig.json',
      compilerOptions: { types: ['office-js', 'node'] },
      include: ['addin', 'contract', 'recipes', 'server'],
      exclude: [],
    }),
  )
  writeFileSync(join(folder, 'consumers.ts'), consumers)

  const compiled = await run(join(folder, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.tables.json', '--pretty', 'false'], {
    cwd: folder,
  }).catch((error: { stdout: string }) => error)
  const errors = compiled.stdout.split(/\n(?=\S)/).filter((line) => line !== '')
  const first = beforeLines.split('\n').length
  expect(errors.filter((line) => !line.startsWith('recipes/incomplete.ts('))).toEqual([])
  for (const [at, [source, named]] of incomplete.entries()) {
    const ofLine = errors.filter((line) => line.startsWith(`recipes/incomplete.ts(${first + at},`)).join('\n')
    expect({ source, error: ofLine }).toEqual({ source, error: expect.stringMatching(named) })
  }

  const { stdout } = await run(process.execPath, ['consumers.ts'], { cwd: folder })
  const text = { html: '&lt;b&gt;Hi&lt;/b&gt;', text: '<b>Hi</b>', isCut: false }
  const plan = {
    action: {
      kind: 'make-note',
      board: { target: 'built-in', id: '1' },
      text,
      withFiles: true,
      cut: [],
      leftOut: [],
      timeZone: unknownZone,
    },
    files: [expect.objectContaining({ id: '1' })],
  }
  expect(JSON.parse(stdout)).toEqual({
    sentences: [
      'When an email arrives and it’s long, make a note on “Notes”.',
      'Quand un e-mail arrive, s’il est long, prendre note sur «\u202fNotes\u202f».',
    ],
    explained: 'il est long',
    needed: ['attachments', 'body', 'importance', 'subject'],
    shown: 1,
    plans: [plan],
    stored: [plan],
    // No code carries it out yet, which its owner would be told.
    wanted: [{ refused: 'value-not-valid', params: { action: 'make-note' } }],
    inApi: [true, true],
    fieldInApi: true,
    inEditor: ['Make a note of each email', 'isLong', 'Long'],
  })
}, 240_000)
