// What an app's token must hold for each field at the root (https://developer.monday.com/api-reference/docs/authentication).
import { MondayError } from './monday-error.ts'
import type { Token } from './state.ts'

const needed: Record<string, string> = {
  account: 'account:read',
  add_file_to_column: 'boards:write',
  add_file_to_update: 'updates:write',
  boards: 'boards:read',
  create_update: 'updates:write',
  create_webhook: 'webhooks:write',
  delete_update: 'updates:write',
  delete_webhook: 'webhooks:write',
  edit_update: 'updates:write',
  items: 'boards:read',
  items_page_by_column_values: 'boards:read',
  me: 'me:read',
  next_items_page: 'boards:read',
  platform_api: 'account:read',
  updates: 'updates:read',
  users: 'users:read',
  webhooks: 'webhooks:read',
}

export const allScopes = [
  'account:read', 'assets:read', 'boards:read', 'boards:write', 'departments:read', 'departments:write', 'docs:read', 'docs:write', 'me:read',
  'notifications:write', 'tags:read', 'teams:read', 'teams:write', 'updates:read', 'updates:write', 'users:read', 'users:write', 'webhooks:read',
  'webhooks:write', 'workspaces:read', 'workspaces:write',
] // prettier-ignore

export function demandScopes({ scopes }: Token, kind: 'query' | 'mutation', rootFields: readonly string[]): void {
  if (scopes === null) return
  const missing = rootFields
    .map((field) => needed[field] ?? (kind === 'mutation' ? 'boards:write' : undefined))
    .filter((scope) => scope !== undefined && !scopes.has(scope))
  if (missing.length > 0)
    throw new MondayError('missingRequiredPermissions', `Missing required permissions: ${missing.join(', ')}`, { status: 403 })
}
