// Every document that the server can send, by monday.com's own schema where it is beside the project, and by the stand-in's.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Kind, parse } from 'graphql'
import { judge, officialSchema, ownSchema } from '../../../../sandbox/monday/schemas.ts'
import { documents } from '../../../../server/boards/monday/documents.ts'

const official = officialSchema()
const schemas = [['own', ownSchema()] as const, ...(official === undefined ? [] : [['official', official] as const])]
const all = Object.entries(documents)

/** Values for all variables, as the server sends them. */
const variables: Record<string, Record<string, unknown>> = {
  me: {},
  boards: { limit: 100, page: 1 },
  board: { ids: ['1'] },
  users: { emails: ['a@b.c'], limit: 1 },
  findItems: { board: '1', columns: [{ column_id: 'ref', column_values: ['x'] }], limit: 25 },
  itemUpdates: { ids: ['1'], limit: 25 },
  itemTouched: { ids: ['1'], limit: 25 },
  updateTouched: { ids: ['1'] },
  createItem: { board: '1', group: null, name: 'x', values: '{}', labels: false },
  createUpdate: { item: '1', body: '<p>x</p>' },
  createColumn: { board: '1', id: 'ref', title: 'Ref', description: 'x' },
  deleteItem: { item: '1' },
  deleteUpdate: { update: '1' },
}

describe.each(schemas)(`by the %s schema (the official one is ${official ? 'here' : 'not beside the project'})`, (_name, schema) => {
  test.each(all)('%s is valid, with its variables', (name, { text }) => {
    expect(judge(parse(text), variables[name] ?? {}, schema)).toEqual({ operation: expect.anything() })
  })
})

test('each is one operation of its kind, and a mutation has one field: several are not atomic', () => {
  for (const [name, { kind, text }] of all) {
    const operations = parse(text).definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition] : []))
    expect([name, operations.map(({ operation }) => operation)]).toEqual([name, [kind]])
    if (kind === 'mutation') expect([name, operations[0]?.selectionSet.selections.length]).toEqual([name, 1])
  }
})

test('all of them stand in the one table', () => {
  const others = globSync('server/**/*.ts').filter((path) => !path.endsWith('monday/documents.ts'))
  const documentLike = /`\s*(?:query|mutation)\s+\w*\s*[({]/
  expect(others.filter((path) => documentLike.test(readFileSync(path, 'utf8')))).toEqual([])
})
