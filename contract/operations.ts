// Every route of the API in one table: the server mounts them, /openapi.json prints them, the pane calls them.
import { z } from 'zod'
import { accessLogPage, accessLogQuery } from './access-log.ts'
import { activityEntry, readSubject } from './activity.ts'
import { board, boardChange, boardQuery, listBoardVisits, newBoard } from './board.ts'
import { receiptId } from './connection.ts'
import { connectionOperations } from './connection-operations.ts'
import { item, itemChange, newItem, newUpdate, ticket, update } from './item.ts'
import { exported, me, policy, writeTimeZone } from './me.ts'
import { cursorQuery, idParams, page } from './page.ts'
import { recipe, tryRecipe, tryResult } from './recipe.ts'
import { insight, insightQuery, oneClick, run, runQuery, undoneRun } from './run.ts'

export type Operation = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As in OpenAPI: `/api/items/{id}`. */
  path: string
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  status: 200 | 201 | 202 | 204
  answer?: z.ZodType
  /** A write with a stale If-Match is refused with 412. */
  versioned?: true
  /** The answer is sent in chunks. */ streamed?: true
  /** The caller must be signed in but is not stored: they may just have been erased. */
  unrecorded?: true
}

const messageId = z.object({ id: z.string().min(1).max(1000) })

export const operations = {
  readMe: { method: 'get', path: '/api/me', summary: 'The signed-in person, and what they may do', status: 200, answer: me },
  writeTimeZone,
  ...connectionOperations,
  listBoards: {
    method: 'get',
    path: '/api/boards',
    summary: 'Boards that the caller can see',
    query: boardQuery,
    status: 200,
    answer: page(board),
  },
  createBoard: { method: 'post', path: '/api/boards', summary: 'A new board', body: newBoard, status: 201, answer: board },
  readBoard: { method: 'get', path: '/api/boards/{id}', summary: 'One board', params: idParams, status: 200, answer: board },
  changeBoard: {
    method: 'patch',
    path: '/api/boards/{id}',
    summary: 'Change a board',
    params: idParams,
    body: boardChange,
    status: 200,
    answer: board,
    versioned: true,
  },
  deleteBoard: {
    method: 'delete',
    path: '/api/boards/{id}',
    summary: 'Delete a board and its items',
    params: idParams,
    status: 204,
    versioned: true,
  },
  listBoardVisits,
  listItems: {
    method: 'get',
    path: '/api/boards/{id}/items',
    summary: 'The items of a board, newest first',
    params: idParams,
    query: cursorQuery,
    status: 200,
    answer: page(item),
  },
  createItem: {
    method: 'post',
    path: '/api/boards/{id}/items',
    summary: 'A new item',
    params: idParams,
    body: newItem,
    status: 201,
    answer: item,
  },
  readItem: { method: 'get', path: '/api/items/{id}', summary: 'One item', params: idParams, status: 200, answer: item },
  changeItem: {
    method: 'patch',
    path: '/api/items/{id}',
    summary: 'Change an item',
    params: idParams,
    body: itemChange,
    status: 200,
    answer: item,
    versioned: true,
  },
  deleteItem: { method: 'delete', path: '/api/items/{id}', summary: 'Delete an item', params: idParams, status: 204, versioned: true },
  listUpdates: {
    method: 'get',
    path: '/api/items/{id}/updates',
    summary: 'The updates of an item, newest first',
    params: idParams,
    query: cursorQuery,
    status: 200,
    answer: page(update),
  },
  createUpdate: {
    method: 'post',
    path: '/api/items/{id}/updates',
    summary: 'A new update',
    params: idParams,
    body: newUpdate,
    status: 201,
    answer: update,
  },
  createTicket: {
    method: 'post',
    path: '/api/files/{id}/ticket',
    summary: 'A link that downloads a file once, within 60 seconds',
    params: idParams,
    status: 201,
    answer: ticket,
  },
  listRecipes: {
    method: 'get',
    path: '/api/recipes',
    summary: 'The caller’s recipes',
    query: cursorQuery,
    status: 200,
    answer: page(recipe),
  },
  createRecipe: { method: 'post', path: '/api/recipes', summary: 'A new recipe', body: z.unknown(), status: 201, answer: recipe },
  readRecipe: { method: 'get', path: '/api/recipes/{id}', summary: 'One recipe', params: idParams, status: 200, answer: recipe },
  replaceRecipe: {
    method: 'put',
    path: '/api/recipes/{id}',
    summary: 'Replace a recipe',
    params: idParams,
    body: z.unknown(),
    status: 200,
    answer: recipe,
    versioned: true,
  },
  deleteRecipe: {
    method: 'delete',
    path: '/api/recipes/{id}',
    summary: 'Delete a recipe; its items stay',
    params: idParams,
    status: 204,
    versioned: true,
  },
  enableRecipe: {
    method: 'post',
    path: '/api/recipes/{id}/enable',
    summary: 'Turn a recipe on, for emails from now on',
    params: idParams,
    status: 200,
    answer: recipe,
  },
  disableRecipe: {
    method: 'post',
    path: '/api/recipes/{id}/disable',
    summary: 'Turn a recipe off',
    params: idParams,
    status: 200,
    answer: recipe,
  },
  tryRecipe: {
    method: 'post',
    path: '/api/recipes/try',
    summary: 'Try a recipe without writing anything',
    body: tryRecipe,
    status: 200,
    answer: tryResult,
  },
  readInsight: {
    method: 'get',
    path: '/api/messages/{id}/insight',
    summary: 'Linked items and earlier runs of an email',
    params: messageId,
    query: insightQuery,
    status: 200,
    answer: insight,
  },
  actOnMessage: {
    method: 'post',
    path: '/api/messages/{id}/actions',
    summary: 'Carry out one action on this email now',
    params: messageId,
    body: oneClick,
    status: 201,
    answer: run,
  },
  listActivity: {
    method: 'get',
    path: '/api/activity',
    summary: 'Emails that recipes have checked, and the results, newest first',
    query: cursorQuery,
    status: 200,
    answer: page(activityEntry),
  },
  readSubject: {
    method: 'post',
    path: '/api/messages/{id}/subject',
    summary: 'The subject of an email in the Inbox, read now and not stored',
    params: messageId,
    status: 200,
    answer: readSubject,
  },
  listRuns: {
    method: 'get',
    path: '/api/runs',
    summary: 'The caller’s runs, newest first',
    query: runQuery,
    status: 200,
    answer: page(run),
  },
  readRun: { method: 'get', path: '/api/runs/{id}', summary: 'One run', params: idParams, status: 200, answer: run },
  retryRun: { method: 'post', path: '/api/runs/{id}/retry', summary: 'Retry a run', params: idParams, status: 202, answer: run },
  undoRun: {
    method: 'post',
    path: '/api/runs/{id}/undo',
    summary: 'Undo what a run created, unless it has changed since; says of each remaining action why',
    params: idParams,
    status: 200,
    answer: undoneRun,
  },
  listAccess: {
    method: 'get',
    path: '/api/access-log',
    summary: 'Every call on the caller’s mailbox, newest first',
    query: accessLogQuery,
    status: 200,
    answer: accessLogPage,
  },
  readPolicy: { method: 'get', path: '/api/policy', summary: 'Who may create recipes in this tenant', status: 200, answer: policy },
  writePolicy: { method: 'put', path: '/api/policy', summary: 'Change who may create recipes', body: policy, status: 200, answer: policy },
  exportMe: { method: 'get', path: '/api/export', summary: 'All data of the caller', status: 200, answer: exported, streamed: true },
  eraseMe: {
    method: 'delete',
    path: '/api/me',
    summary: 'Disconnect and erase the caller; content of shared boards stays, without its author',
    status: 202,
    answer: receiptId,
  },
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations
