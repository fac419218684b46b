// The pane's copy of the contract's paths: text only, so that no schema travels to the pane. The type says when it differs.
import type { operations } from '../../contract/operations.ts'

export type Operations = typeof operations
export type OperationName = keyof Operations

type Route<Name extends OperationName> = `${Uppercase<Operations[Name]['method']>} ${Operations[Name]['path']}`

export const routes = {
  readMe: 'GET /api/me',
  writeTimeZone: 'PUT /api/me/time-zone',
  connectMicrosoft: 'POST /api/connections/microsoft',
  checkApproval: 'GET /api/connections/microsoft/approval',
  listConnections: 'GET /api/connections',
  disconnect: 'DELETE /api/connections/{provider}',
  listDays: 'GET /api/connections/{provider}/days',
  readCatchUp: 'GET /api/connections/{provider}/catch-up',
  undoCatchUp: 'POST /api/connections/{provider}/catch-up/undo',
  readReceipt: 'GET /api/connections/receipts/{id}',
  listBoards: 'GET /api/boards',
  createBoard: 'POST /api/boards',
  readBoard: 'GET /api/boards/{id}',
  changeBoard: 'PATCH /api/boards/{id}',
  deleteBoard: 'DELETE /api/boards/{id}',
  listBoardVisits: 'GET /api/board-visits',
  listItems: 'GET /api/boards/{id}/items',
  createItem: 'POST /api/boards/{id}/items',
  readItem: 'GET /api/items/{id}',
  changeItem: 'PATCH /api/items/{id}',
  deleteItem: 'DELETE /api/items/{id}',
  listUpdates: 'GET /api/items/{id}/updates',
  createUpdate: 'POST /api/items/{id}/updates',
  createTicket: 'POST /api/files/{id}/ticket',
  listRecipes: 'GET /api/recipes',
  createRecipe: 'POST /api/recipes',
  readRecipe: 'GET /api/recipes/{id}',
  replaceRecipe: 'PUT /api/recipes/{id}',
  deleteRecipe: 'DELETE /api/recipes/{id}',
  enableRecipe: 'POST /api/recipes/{id}/enable',
  disableRecipe: 'POST /api/recipes/{id}/disable',
  tryRecipe: 'POST /api/recipes/try',
  readInsight: 'GET /api/messages/{id}/insight',
  actOnMessage: 'POST /api/messages/{id}/actions',
  listRuns: 'GET /api/runs',
  readRun: 'GET /api/runs/{id}',
  retryRun: 'POST /api/runs/{id}/retry',
  undoRun: 'POST /api/runs/{id}/undo',
  listAccess: 'GET /api/access-log',
  readPolicy: 'GET /api/policy',
  writePolicy: 'PUT /api/policy',
  exportMe: 'GET /api/export',
  eraseMe: 'DELETE /api/me',
} as const satisfies { [Name in OperationName]: Route<Name> }
