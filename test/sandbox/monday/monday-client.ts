// Speaks to the stand-in for monday.com as a client does.
import type { Sandbox } from '../../../sandbox/sandbox.ts'
import { type Answer, ask } from '../clients.ts'

export type Call = (query: string, variables?: Record<string, unknown>, headers?: Record<string, string>) => Promise<Answer>

export const mondayClient =
  (sandbox: Sandbox, token: string): Call =>
  (query, variables = {}, headers = {}) =>
    ask(`${sandbox.url}/monday/v2`, {
      method: 'POST',
      headers: { authorization: token, 'api-version': '2026-10', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    })

export const createItem = `mutation ($board: ID!, $name: String!, $group: String, $values: JSON, $labels: Boolean) {
  create_item(board_id: $board, item_name: $name, group_id: $group, column_values: $values, create_labels_if_missing: $labels) { id name }
}`

export const find = `query ($board: ID!, $columns: [ItemsPageByColumnValuesQuery!], $limit: Int!) {
  items_page_by_column_values(board_id: $board, columns: $columns, limit: $limit) { cursor items { id name } }
}`

export const addUpdate = `mutation ($item: ID, $body: String!) { create_update(item_id: $item, body: $body) { id } }`

export const codesOf = ({ body }: Answer): string[] =>
  (body.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code)
