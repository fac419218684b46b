// Runs on a database of their own, with real jobs, reading a mailbox that the sandbox keeps.
import type { Person as Mailuser } from '../../../sandbox/entra/directory.ts'
import type { Mail } from '../../../sandbox/graph/message.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import type { Item } from '../../../contract/item.ts'
import type { Run } from '../../../contract/run.ts'
import type { RecipeBody } from '../../../recipes/recipe.ts'
import { activateMailbox, addMailbox } from '../../../server/mailboxes/mailbox-store.ts'
import { mailDigest } from '../../../server/messages/mail-digest.ts'
import { openContent } from '../../../server/content/content.ts'
import { targetsOf } from '../../../server/boards/targets.ts'
import { createBoard } from '../../../server/boards/board-store.ts'
import { listItems } from '../../../server/boards/item-store.ts'
import { listUpdates } from '../../../server/boards/update-store.ts'
import { ConnectionLost } from '../../../server/connections/access-token.ts'
import { activateConnection, addConnection, markNeedsReconnect } from '../../../server/connections/connection-store.ts'
import { graphFor } from '../../../server/graph/graph-client.ts'
import { jobHandlers } from '../../../server/job-handlers.ts'
import { openQueueOn } from '../../support/open-queue.ts'
import { setLogLevel } from '../../../server/log.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { createRecipe } from '../../../server/recipe-book/recipe-store.ts'
import type { RunDeps } from '../../../server/runs/run-deps.ts'
import { openTelling } from '../../../server/runs/tell.ts'
import { notMatchedOf } from '../../../server/runs/check-store.ts'
import { listRuns } from '../../../server/runs/run-list.ts'
import { keepMessages } from '../../../server/inbox/keep-messages.ts'
import { tenantsOf } from '../../../server/people/tenants.ts'
import { graphToken } from '../../sandbox/clients.ts'
import type { TestDatabase } from '../../support/databases.ts'
import { openPeopled } from '../../support/people.ts'
import { unrecorded } from '../../support/unrecorded.ts'
import { until } from '../../support/until.ts'

export type RunsBench = Awaited<ReturnType<typeof openRunsBench>>

export async function openRunsBench(kind: TestDatabase) {
  setLogLevel('fatal')
  const sandbox = await startSandbox()
  const peopled = await openPeopled(kind)
  const { database, ann } = peopled
  const { db } = database
  const queue = await openQueueOn(database, { jobLeaseMs: 5_000, retryBaseMs: 20 })
  const mailuser: Mailuser = sandbox.entra.people[0] ?? fail('nobody')
  const tokens = { lost: false, value: await graphToken(sandbox, mailuser) }
  const inboxId = sandbox.graph.mailbox(mailuser).folder('inbox')?.id ?? fail('no inbox')

  const openMailbox: RunDeps['openMailbox'] = (mailboxId) =>
    graphFor({
      graphUrl: `${sandbox.url}/v1.0`,
      mailboxId,
      ...unrecorded,
      tokens: {
        current: async () => {
          if (!tokens.lost) return tokens.value
          await markNeedsReconnect(db, mailboxId, 'revoked')
          throw new ConnectionLost('revoked')
        },
        refused: async (error) => {
          throw error
        },
      },
    })
  const content = openContent()
  const digestOf = mailDigest({ clientSecret: 'secret', clientCertificatePath: null })
  const runs: RunDeps = {
    db,
    targets: targetsOf(),
    openMailbox,
    content,
    digestOf,
    jobLeaseMs: 5_000,
    worker: null,
    retryBaseMs: 20,
    tell: openTelling(db),
  }
  const subscriptions = {
    db,
    openMailbox,
    tenants: tenantsOf({ tenantId: 'organizations', allowedTenants: null }),
    publicUrl: 'http://localhost',
    catchupIntervalMs: 300_000,
    catchupCallsPerSecond: 20,
    retryBaseMs: 20,
  }
  await queue.start(jobHandlers({ runs, subscriptions, finishDisconnect: async () => undefined }))

  const connection = await addConnection(db, ann, 'microsoft')
  await addMailbox(db, connection)
  const activate = async () => {
    await activateMailbox(db, connection.id, { addresses: [mailuser.address], inboxId, fromNow: true })
    await activateConnection(db, connection.id, { account: null, scopes: ['Mail.Read'], tokenExpiresAt: new Date() })
  }
  await activate()

  const bench = {
    sandbox,
    mailuser,
    db,
    queue,
    runs,
    tokens,
    connection,
    person: ann,
    colleague: peopled.ben,
    aBoard: (overrides: Partial<Parameters<typeof createBoard>[2]> = {}) =>
      asPerson(db, ann, (trx) => createBoard(trx, ann, { name: 'Invoices', ...overrides })),
    aRecipe: (boardId: string, overrides: Partial<RecipeBody> = {}) =>
      asPerson(db, ann, (trx) => createRecipe(trx, ann, recipe(boardId, overrides))),
    /** Puts a mail into the mailbox; nobody is told of it. */
    deliver: (mail: Mail, folder = 'inbox') => sandbox.graph.deliver(mailuser, mail, { notifications: 0, folder }),
    /** Its owner has connected again. */
    async reconnect() {
      tokens.lost = false
      await activate()
    },
    announce: (messageId: string) =>
      db
        .transaction()
        .execute((trx) => keepMessages(trx, [{ connectionId: connection.id, tenantId: ann.tenantId, messageId }], 'notification')),
    untilIdle: () => until(async () => Object.values(await queue.depth()).every((open) => open === 0)),
    runsOf: (messageId: string): Promise<Run[]> =>
      asPerson(db, ann, async (trx) => (await listRuns(trx, ann, { limit: 200 })).items.filter((run) => run.messageId === messageId)),
    notMatchedOf: (messageId: string) => asPerson(db, ann, (trx) => notMatchedOf(trx, ann, messageId)),
    itemsOn: (boardId: string): Promise<Item[]> =>
      asPerson(db, ann, async (trx) => (await listItems(trx, { actor: ann, publicUrl: 'http://localhost' }, boardId, {})).items),
    updatesOf: (itemId: string) => asPerson(db, ann, async (trx) => (await listUpdates(trx, itemId, {})).items),
    /** Paths that Graph was asked for since the mark. */
    calls: (since = 0) => sandbox.graph.ledger.entries.slice(since).map(({ method, path }) => `${method} ${path}`),
    async close() {
      await queue.stop()
      await content.stop()
      await peopled.close()
      await sandbox.stop()
    },
  }
  return bench
}

export const recipe = (boardId: string, overrides: Partial<RecipeBody> = {}): RecipeBody => ({
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: { all: [{ field: 'subject', operator: 'contains', values: ['invoice'] }] },
  actions: [{ kind: 'create-item', board: { target: 'built-in', id: boardId }, name: '{{ message.subject }}' }],
  ...overrides,
})

function fail(why: string): never {
  throw new Error(why)
}
