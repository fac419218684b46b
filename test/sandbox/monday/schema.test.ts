// The stand-in's own schema is a part of the official one, and takes all that the product needs.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BreakingChangeType, findBreakingChanges, parse, print, validateSchema, type DefinitionNode } from 'graphql'
import { judge, officialSchema, ownSchema } from '../../../sandbox/monday/schemas.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { shelfFolder } from '../../specs/shelf.ts'
import { people } from '../clients.ts'
import { codesOf, mondayClient } from './monday-client.ts'

const official = officialSchema()
const shelf = shelfFolder('monday')
const officials = official === undefined ? [] : [official]
const document = (definition: DefinitionNode) => parse(print(definition))

test('it is whole', () => expect(validateSchema(ownSchema()).map(String)).toEqual([]))

test(`each type, field and argument of it is in the official one, which is ${official ? 'here' : 'not beside the project'}`, () => {
  // Where directives may stand is graphql-js's own doing.
  const missing = officials.flatMap((schema) =>
    findBreakingChanges(ownSchema(), schema).filter(({ type }) => type !== BreakingChangeType.DIRECTIVE_LOCATION_REMOVED),
  )
  expect(missing.map(({ description }) => description)).toEqual([])
})

const wrong: [string, string][] = [
  ['a field that is gone', '{ me { is_admin } }'],
  ['an item without a board', 'mutation { create_item(item_name: "x") { id } }'],
  ['an event that does not exist', 'mutation { create_webhook(board_id: 1, url: "https://a", event: nothing) { id } }'],
  [
    'columns as an object',
    'mutation { items_page_by_column_values(board_id: 1, columns: {column_id: "a", column_values: []}) { cursor } }',
  ],
  ['a nested next_items_page', '{ boards { next_items_page(cursor: "x") { cursor } } }'],
  ['a webhook to delete without its id', 'mutation { delete_webhook { id } }'],
]
describe.each([['own', ownSchema()] as const, ...officials.map((schema) => ['official', schema] as const)])(
  'by the %s schema',
  (_name, schema) => {
    test.each(wrong)('%s is refused', (_what, query) => {
      expect(judge(parse(query), {}, schema)).toMatchObject({ faults: [expect.any(String)] })
    })
    test('a variable of another type is refused', () => {
      expect(judge(parse('query ($limit: Int!) { boards(limit: $limit) { id } }'), { limit: 'ten' }, schema)).toMatchObject({
        faults: [expect.stringContaining('$limit')],
      })
    })
  },
)

const operations = shelf === undefined ? [] : parse(readFileSync(`${shelf}operations.graphql`, 'utf8')).definitions

describe(`${operations.length} operations of the shelf`, () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(() => sandbox.stop())

  test('are all taken by the schema', () => {
    expect(operations.length).toBe(shelf === undefined ? 0 : 31)
    const faults = operations.flatMap((definition) => {
      const judged = judge(document(definition), variablesFor(definition), ownSchema())
      return 'faults' in judged ? judged.faults : []
    })
    expect(faults).toEqual([])
  })

  test('are all carried out, with data or an error of the service’s own', async () => {
    const { camille } = people(sandbox)
    const call = mondayClient(sandbox, await sandbox.monday.personalToken(camille))
    const answers: [string, number][] = []
    for (const definition of operations) {
      if (definition.kind !== 'OperationDefinition' || print(definition).includes('File!')) continue
      const answer = await call(print(definition), variablesFor(definition))
      if (answer.status !== 200 || codesOf(answer).includes('INTERNAL_SERVER_ERROR')) answers.push([print(definition), answer.status])
    }
    expect(answers.filter(([query]) => !query.includes('create_webhook'))).toEqual([])
  })
})

/** A value for each variable that must have one. */
function variablesFor(definition: DefinitionNode): Record<string, unknown> {
  if (definition.kind !== 'OperationDefinition') return {}
  const values: Record<string, unknown> = { ID: '1', String: 'x', Int: 5, JSON: '{}', File: 'x', WebhookEventType: 'create_item', ColumnType: 'text' } // prettier-ignore
  return Object.fromEntries(
    (definition.variableDefinitions ?? []).flatMap(({ variable, type }) =>
      type.kind === 'NonNullType' ? [[variable.name.value, values[print(type.type)]]] : [],
    ),
  )
}
