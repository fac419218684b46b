// Every document that the server can send to monday.com, with what it reads of the answer. They keep to what is the same in all
// versions that are served; one mutation each, since several in one request are not atomic.
import { z } from 'zod'

/** https://developer.monday.com/api-reference/docs/api-versioning */
export const apiVersion = '2026-10'

const id = z.union([z.string(), z.number()]).transform(String)
const madeHere = z.object({ id })
const instant = z.string().transform((text) => new Date(text))

const column = z.object({ id, title: z.string(), type: z.string(), archived: z.boolean().catch(false), settings: z.unknown() })
const group = z.object({ id, title: z.string(), archived: z.boolean().nullish() })
const board = z.object({
  id,
  name: z.string(),
  board_kind: z.string().nullish(),
  type: z.string().nullish(),
  columns: z.array(column).nullish().transform((all) => all ?? []), // prettier-ignore
  groups: z.array(group).nullish().transform((all) => all ?? []), // prettier-ignore
})
/** What `board` reads. */
const boardFields = `id name board_kind type columns { id title type archived settings } groups { id title archived }`
const boards = z.object({ boards: z.array(board.nullable()).nullable() })
const replies = z.array(madeHere).nullish()

export type AnsweredBoard = z.output<typeof board>

const document = <Answer>(kind: 'query' | 'mutation', text: string, answer: z.ZodType<Answer>) => ({ kind, text, answer })

export const documents = {
  me: document(
    'query',
    `query Me { me { id name email } }`,
    z.object({ me: z.object({ id, name: z.string(), email: z.string() }).nullable() }),
  ),
  boards: document(
    'query',
    `query Boards($limit: Int!, $page: Int!) {
      boards(limit: $limit, page: $page, state: active, order_by: used_at) {
        ${boardFields}
      }
    }`,
    boards,
  ),
  board: document(
    'query',
    `query Board($ids: [ID!]) {
      boards(ids: $ids, state: active) {
        ${boardFields}
      }
    }`,
    boards,
  ),
  users: document(
    'query',
    `query Users($emails: [String!], $limit: Int!) { users(emails: $emails, limit: $limit) { id email } }`,
    z.object({ users: z.array(z.object({ id, email: z.string() })).nullable() }),
  ),
  findItems: document(
    'query',
    `query FindItems($board: ID!, $columns: [ItemsPageByColumnValuesQuery!], $limit: Int!) {
      items_page_by_column_values(board_id: $board, columns: $columns, limit: $limit) { items { id created_at } }
    }`,
    z.object({ items_page_by_column_values: z.object({ items: z.array(z.object({ id, created_at: instant })) }) }),
  ),
  itemUpdates: document(
    'query',
    `query ItemUpdates($ids: [ID!], $limit: Int!) {
      items(ids: $ids) { id state updates(limit: $limit) { id text_body created_at } }
    }`,
    z.object({
      items: z.array(
        z.object({
          id,
          state: z.string().nullable(),
          updates: z.array(z.object({ id, text_body: z.string().nullable(), created_at: instant })).nullable(),
        }),
      ),
    }),
  ),
  itemTouched: document(
    'query',
    `query ItemTouched($ids: [ID!], $limit: Int!) {
      items(ids: $ids) { id state created_at updated_at board { id } updates(limit: $limit) { id created_at replies { id } } }
    }`,
    z.object({
      items: z.array(
        z.object({
          id,
          state: z.string().nullable(),
          created_at: instant,
          updated_at: instant,
          board: madeHere.nullable(),
          updates: z.array(z.object({ id, created_at: instant, replies })).nullable(),
        }),
      ),
    }),
  ),
  updateTouched: document(
    'query',
    `query UpdateTouched($ids: [ID!]) { updates(ids: $ids) { id created_at edited_at replies { id } item { board { id } } } }`,
    z.object({
      updates: z
        .array(
          z.object({ id, created_at: instant, edited_at: instant, replies, item: z.object({ board: madeHere.nullable() }).nullable() }),
        )
        .nullable(),
    }),
  ),
  createItem: document(
    'mutation',
    `mutation CreateItem($board: ID!, $group: String, $name: String!, $values: JSON, $labels: Boolean) {
      create_item(board_id: $board, group_id: $group, item_name: $name, column_values: $values, create_labels_if_missing: $labels) { id }
    }`,
    z.object({ create_item: madeHere }),
  ),
  createUpdate: document(
    'mutation',
    `mutation CreateUpdate($item: ID, $body: String!) { create_update(item_id: $item, body: $body) { id } }`,
    z.object({ create_update: madeHere }),
  ),
  createColumn: document(
    'mutation',
    `mutation CreateColumn($board: ID!, $id: String, $title: String!, $description: String) {
      create_column(board_id: $board, id: $id, title: $title, description: $description, column_type: text) { id }
    }`,
    z.object({ create_column: madeHere }),
  ),
  deleteItem: document(
    'mutation',
    `mutation DeleteItem($item: ID) { delete_item(item_id: $item) { id } }`,
    z.object({ delete_item: madeHere }),
  ),
  deleteUpdate: document(
    'mutation',
    `mutation DeleteUpdate($update: ID!) { delete_update(id: $update) { id } }`,
    z.object({ delete_update: madeHere }),
  ),
} as const

type Documents = typeof documents
export type DocumentName = keyof Documents
export type AnswerTo<Name extends DocumentName> = z.output<Documents[Name]['answer']>
