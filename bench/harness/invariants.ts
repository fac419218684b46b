// What must be true after every fault. Each invariant returns the reasons why it is not.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { findPostgresBinaries } from '../../test/support/parts.ts'
import { bodyCanary } from './mailbox.ts'
import type { World } from './world.ts'

type Invariant = (world: World) => Promise<string[]>

const invariants: Record<string, Invariant> = { I1, I2, I3, I4, I5, I6, I7, I8 }

export async function broken(world: World): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(invariants).map(async ([name, holds]) => (await holds(world)).map((why) => `${name}: ${why}`)),
  )
  return found.flat()
}

/** Each message that a recipe matches is one item for each such recipe. */
async function I1({ mailboxes }: World): Promise<string[]> {
  const boards = new Map<string, { expected: string[]; names: string[] }>()
  for (const { board, expected, items } of mailboxes) {
    const known = boards.get(board.id) ?? { expected: [], names: (await items()).map(({ name }) => name) }
    boards.set(board.id, { ...known, expected: [...known.expected, ...expected] })
  }
  return [...boards.values()].flatMap(({ expected, names }) => [
    ...surplus(expected, names).map((name) => `"${name.slice(0, 60)}" is lost`),
    ...surplus(names, expected).map((name) => `"${name.slice(0, 60)}" is there once too often`),
  ])
}

async function I2({ mailboxes }: World): Promise<string[]> {
  const made = await Promise.all(
    mailboxes.map(async ({ unwanted, expected, items }) =>
      (await items())
        .filter(({ name }) => unwanted.includes(name) && !expected.includes(name))
        .map(({ name }) => `"${name}" became an item`),
    ),
  )
  return made.flat()
}

/** Each notification answered with 2xx is processed, or parked and shown to its owner. */
async function I3({ sandbox, query, mailboxes }: World): Promise<string[]> {
  const open = await query.count(`select count(*) from inbox_messages where state = 'queued'`)
  const known = new Set((await query.rows('select message_id from inbox_messages')).map((row) => row['message_id']))
  const accepted = sandbox.graph.notifications.entries.filter(({ status, subscriptionIds }) => status === 202 && subscriptionIds.length > 0)
  const due = mailboxes.flatMap(({ person, expected }) =>
    sandbox.graph
      .mailbox(person)
      .messages.filter(({ subject }) => expected.includes(subject ?? ''))
      .map(({ immutableId }) => immutableId),
  )
  const told = new Set(accepted.flatMap(({ messageIds }) => messageIds))
  const forgotten = due.filter((id) => told.has(id) && !known.has(id))
  const erased = (await query.count(`select count(*) from receipts`)) > 0
  // A message waits only for an owner who must connect again, and can see that.
  const hidden = await query.count(`
    select count(*) from inbox_messages join connections on connections.id = connection_id
    where state = 'parked' and status <> 'needs-reconnect'`)
  return [
    ...(hidden > 0 ? [`${hidden} mails are parked, and their owners are not told`] : []),
    ...(open > 0 ? [`${open} mails are still queued`] : []),
    ...(forgotten.length > 0 && !erased ? [`${forgotten.length} notifications were taken and are not known`] : []),
  ]
}

/** Messages are read and shown only for their owner. */
async function I4({ sandbox, mailboxes, query }: World): Promise<string[]> {
  const reads = sandbox.graph.ledger.entries.flatMap(({ person, path, status }) => {
    const id = /\/messages\/([^/]+)/.exec(path)?.[1]
    const owner = mailboxes.find((mailbox) => mailbox.person.objectId === person)
    if (id === undefined || owner === undefined || status !== 200 || sandbox.graph.mailbox(owner.person).message(id)) return []
    return [`${owner.person.name} was given ${path}`]
  })
  const strayed = await query.count(
    `select count(*) from items join boards on boards.id = items.board_id where items.tenant_id <> boards.tenant_id`,
  )
  return [...reads, ...(strayed > 0 ? [`${strayed} items lie in another tenant's board`] : [])]
}

/** No dump, log or metric contains a token, a clientState or a body that no recipe copies. */
async function I5({ sandbox, databaseUrl, replicas, mailboxes, output }: World): Promise<string[]> {
  const tokens = sandbox.vault
    .paths()
    .flatMap((path) => Object.values(sandbox.vault.read(path) ?? {}).filter((value) => typeof value === 'string'))
  const states = mailboxes.flatMap(({ person }) => sandbox.graph.subscriptions(person).map(({ clientState }) => clientState))
  const secrets = [...tokens, ...states, bodyCanary].filter((secret): secret is string => typeof secret === 'string' && secret.length >= 16)
  const dump = execFileSync(join(findPostgresBinaries() ?? '', 'pg_dump'), ['--inserts', databaseUrl], {
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
  })
  const metrics = await Promise.all(
    replicas.map(({ url }) =>
      fetch(`${url}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      ),
    ),
  )
  const places = { 'the database': dump, 'the log': output(), 'the metrics': metrics.join('\n') }
  return Object.entries(places).flatMap(([place, text]) =>
    secrets.some((secret) => text.includes(secret)) ? [`a secret lies in ${place}`] : [],
  )
}

async function I6({ query }: World): Promise<string[]> {
  // Nothing is queued or in progress any more: a run that is not finished now can only wait for a reconnection.
  const stuck = await query.count(`
    select count(*) from runs left join connections on connections.id = runs.connection_id
    where finished_at is null and status is distinct from 'needs-reconnect'`)
  return stuck > 0 ? [`${stuck} runs are stuck`] : []
}

/** Only the Inbox is read; for a single message its folder is read first, and then its files may be read. */
async function I7({ sandbox, mailboxes }: World): Promise<string[]> {
  const inInboxNow = new Set(
    mailboxes.flatMap(({ person }) => {
      const mailbox = sandbox.graph.mailbox(person)
      return mailbox.messages.filter(({ folderId }) => folderId === mailbox.folder('inbox')?.id).map(({ immutableId }) => immutableId)
    }),
  )
  return sandbox.graph.ledger.entries.flatMap(({ method, path, query }) => {
    if (!/\/(messages|mailFolders)/i.test(path)) return []
    const inInbox = /^\/me\/mailFolders\/inbox(\/|$)/i.test(path)
    const placeOnly = /^\/me\/messages\/[^/]+$/.test(path) && query['$select'] === 'id,parentFolderId'
    const file = /^\/me\/messages\/([^/]+)\/attachments/.exec(path)?.[1]
    return method === 'GET' && (inInbox || placeOnly || (file !== undefined && inInboxNow.has(file))) ? [] : [`${method} ${path}`]
  })
}

/** Every token in Vault and every subscription at Graph belongs to a connection. */
async function I8({ sandbox, query }: World): Promise<string[]> {
  const rows = await query.rows(`select connection_key, object_id from connections join people on people.id = person_id`)
  const keys = new Set(rows.map((row) => row['connection_key']))
  const connected = new Set(rows.map((row) => row['object_id']))
  const tokens = sandbox.vault.paths().filter((path) => !keys.has(path.split('/').at(-1)))
  const orphans = sandbox.entra.people.filter((person) => !connected.has(person.objectId) && sandbox.graph.subscriptions(person).length > 0)
  return [
    ...tokens.map((path) => `Vault still holds ${path}`),
    ...orphans.map(({ name }) => `Graph still calls for ${name}, who is not connected`),
  ]
}

/** I8 for one person, now: nothing is left of a person who has disconnected and whose data was erased. */
export async function leftOf({ sandbox, query }: World, personObjectId: string): Promise<string[]> {
  const connections = await query.count(
    `select count(*) from connections join people on people.id = connections.person_id where object_id = $1`,
    [personObjectId],
  )
  const person = sandbox.entra.person(personObjectId)
  const subscriptions = person ? sandbox.graph.subscriptions(person).length : 0
  const paths = sandbox.vault.paths()
  return [
    ...(connections > 0 ? [`I8: ${connections} connections are left`] : []),
    ...(subscriptions > 0 ? [`I8: ${subscriptions} subscriptions are left`] : []),
    ...(paths.length > 0 ? [`I8: Vault still holds ${paths.join(', ')}`] : []),
  ]
}

/** Elements that are in the first list more often than in the second. */
function surplus(these: string[], those: string[]): string[] {
  const left = [...those]
  return these.filter((one) => {
    const at = left.indexOf(one)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}
