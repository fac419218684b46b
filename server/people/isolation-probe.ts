// What the isolation check knows about the tables: which policies each has, and a row for it. A table that is missing here has
// policies unknown to the check, and the server then does not start.
import { randomBytes, randomUUID } from 'node:crypto'
import type { Actor } from './unit-of-work.ts'

/** By table: whether mailboard_app (a person) and mailboard_system (intake, queue, schedule) have a policy on it. */
export const guardedTables: Record<string, { app: boolean; system: boolean }> = {
  people: { app: true, system: true },
  policies: { app: true, system: false },
  connections: { app: true, system: true },
  mailboxes: { app: true, system: true },
  subscriptions: { app: true, system: true },
  consent_requests: { app: true, system: true },
  leases: { app: false, system: true },
  inbox_messages: { app: true, system: true },
  recipes: { app: true, system: true },
  boards: { app: true, system: false },
  items: { app: true, system: true },
  message_links: { app: true, system: false },
  known_boards: { app: true, system: false },
  updates: { app: true, system: true },
  files: { app: true, system: true },
  file_chunks: { app: true, system: true },
  file_tickets: { app: true, system: true },
  runs: { app: true, system: true },
  checks: { app: true, system: true },
  actions: { app: true, system: true },
  intents: { app: true, system: true },
  message_digests: { app: true, system: false },
  access_chains: { app: true, system: true },
  access_log: { app: true, system: true },
  board_visits: { app: true, system: true },
  receipts: { app: true, system: true },
  erased_sign_ins: { app: false, system: true },
  claims: { app: true, system: true },
  // Empty: it is there for servers of the version before (see migrations/0019-due-rows.ts).
  suspect_jobs: { app: false, system: true },
  cooldowns: { app: false, system: true },
  workers: { app: false, system: true },
}

/** Who should see a row, besides its owner. Rows that no one may read are not looked for. */
export type Seen = 'owner' | 'tenant' | 'nobody'

type ProbeRow = { table: string; seen: Seen; row: Record<string, unknown> }

/** In an order that satisfies the foreign keys. A row is looked for by its first column, which has an index. */
export function probeRows({ tenantId, personId }: Actor): ProbeRow[] {
  const tenant = { tenant_id: tenantId }
  const own = { ...tenant, person_id: personId }
  const [connection, recipe, run, chain] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const soon = new Date(Date.now() + 60_000)
  const rows: [table: string, row: Record<string, unknown>][] = [
    ['connections', { id: connection, ...own, provider: 'microsoft', status: 'connecting', connection_key: connection }],
    ['mailboxes', { connection_id: connection, ...own }],
    ['subscriptions', { id: randomUUID(), ...tenant, connection_id: connection, client_state_hash: randomBytes(32), state: 'removed' }],
    ['consent_requests', { id: randomUUID(), ...own, secret_hash: randomBytes(32), permissions: '[]', catch_up: 'none', expires_at: soon }],
    ['inbox_messages', { connection_id: connection, ...tenant, message_id: 'probe', state: 'treated', source: 'catch-up' }],
    ['recipes', { id: recipe, ...own, name: 'probe', enabled: false, trigger_kind: 'mail-received', body: '{}' }],
    ['runs', { id: run, ...own, recipe_key: run, recipe_version: 1, message_id: 'probe', outcome: 'skipped', reason_code: 'probe' }],
    ['checks', { id: randomUUID(), ...own, message_id: 'probe', not_matched: '{}' }],
    ['actions', { run_id: run, ...tenant, ordinal: 0, kind: 'create-item', outcome: 'skipped' }],
    ['intents', { run_id: run, ...own, ordinal: 0, request: 'probe', key: randomUUID(), sent_at: new Date() }],
    ['known_boards', { person_id: personId, ...tenant, target: 'monday', board_id: 'probe', name: 'probe', groups: '[]', columns: '[]' }],
    ['message_digests', { recipe_id: recipe, ...own, digest: randomBytes(32), message_id: 'probe' }],
    ['board_visits', { id: randomUUID(), ...own, board_id: run, board_name: 'probe', what: 'changed' }],
    ['access_chains', { id: chain, ...own, connection_id: connection, key_id: 'probe', head: 'probe', kept_head: 'probe' }],
    [
      'access_log',
      { chain_id: chain, ...own, seq: 1, at: new Date(), what: 'probe', fields: [], purpose: 'probe', recipe_ids: [], head: 'probe' },
    ],
  ]
  return [
    { table: 'people', seen: 'tenant', row: { id: personId, ...tenant, object_id: personId, display_name: 'probe' } },
    { table: 'policies', seen: 'tenant', row: { tenant_id: tenantId, create_recipes: '"everyone"' } },
    ...rows.map(([table, row]): ProbeRow => ({ table, seen: 'owner', row })),
    ...boardRows({ tenantId, personId }, 'private').map(([table, row]): ProbeRow => ({ table, seen: 'owner', row })),
    ...boardRows({ tenantId, personId }, 'tenant').map(([table, row]): ProbeRow => ({
      table,
      seen: table === 'message_links' ? 'owner' : 'tenant',
      row,
    })),
    { table: 'leases', seen: 'nobody', row: { name: `probe:${randomUUID()}`, holder: randomUUID(), until: soon } },
    { table: 'erased_sign_ins', seen: 'nobody', row: { who: randomBytes(32), erased_at: soon, until: soon } },
    { table: 'claims', seen: 'nobody', row: { queue: 'probe', key: randomUUID(), group_id: randomUUID() } },
    { table: 'cooldowns', seen: 'nobody', row: { service: 'probe', scope: randomUUID(), until: soon } },
    { table: 'workers', seen: 'nobody', row: { number: 0 } },
    { table: 'receipts', seen: 'nobody', row: { id: randomUUID(), kind: 'probe', parts: '[]' } },
  ]
}

function boardRows({ tenantId, personId }: Actor, visibility: 'private' | 'tenant'): [table: string, row: Record<string, unknown>][] {
  const tenant = { tenant_id: tenantId }
  const [board, item, update, file] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  return [
    ['boards', { id: board, ...tenant, person_id: personId, name: 'probe', visibility, groups: '[]', columns: '[]' }],
    ['items', { id: item, ...tenant, board_id: board, group_id: 'probe', name: 'probe', columns: '{}', created_by: personId }],
    ['message_links', { item_id: item, ...tenant, person_id: personId, message_id: 'probe' }],
    ['updates', { id: update, ...tenant, item_id: item, body: '', body_text: '', created_by: personId }],
    ['files', { id: file, ...tenant, update_id: update, name: 'probe', content_type: 'text/plain', size: 0, state: 'stored' }],
    ['file_chunks', { file_id: file, ordinal: 0, bytes: Buffer.from('probe') }],
    ['file_tickets', { secret_hash: randomBytes(32), file_id: file, expires_at: new Date(Date.now() + 60_000) }],
  ]
}
