// Brings the bytes of a run's files from the mailbox to the board, one after the other. The mail is looked for once more
// before, since nothing but ids is ever read of a mail that has left the Inbox.
import { leaveOut, type PendingFile, pendingFiles, storeFile } from '../boards/file-store.ts'
import type { Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'
import { streamAttachment } from '../messages/attachments.ts'
import { findInboxId, locateMessage } from '../messages/fetch-message.ts'
import { asItsOwn } from '../messages/own-failure.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { findMailbox } from '../mailboxes/mailbox-store.ts'
import { holdRun } from '../runs/run-claim-store.ts'
import { isOneClick, type RunRow } from '../runs/run.ts'
import type { RunDeps } from '../runs/run-deps.ts'
import { ownerOf } from './end.ts'

/** Names of files that could not be brought for good; 'lost' when the run is no longer ours. */
export async function bringFiles(deps: RunDeps, run: RunRow): Promise<string[] | 'lost'> {
  const owner = ownerOf(run)
  const files = await asPerson(deps.db, owner, (trx) => pendingFiles(trx, run.id))
  if (files.length === 0) return []
  const mailbox = run.connection_id === null ? undefined : await findMailbox(deps.db, run.connection_id)
  const graph = mailbox && deps.openMailbox(mailbox.connectionId, purposeOf(run))
  const isThere = graph !== undefined && (await isInInbox(graph, run.message_id, mailbox?.inboxId ?? null))
  const leftOut: string[] = []
  for (const file of files) {
    if (!(await hold(deps, run))) return 'lost'
    const because = graph !== undefined && isThere ? await bring(deps, run, graph, file) : 'not-in-inbox'
    if (because === 'lost') return 'lost'
    if (because === undefined) continue
    await leaveOut(deps.db, owner, file.id, because)
    leftOut.push(file.name)
  }
  return leftOut
}

const purposeOf = (run: RunRow) =>
  isOneClick(run)
    ? { kind: 'one-click' as const, recipeIds: [] }
    : { kind: 'recipes' as const, recipeIds: [run.recipe_id ?? run.recipe_key].filter((id) => id !== null) }

async function isInInbox(graph: Graph, messageId: string, inboxId: string | null): Promise<boolean> {
  const { place } = await locateMessage(graph, messageId, inboxId ?? (await findInboxId(graph)))
  return place === 'inbox'
}

/** undefined: it is stored whole. */
async function bring(deps: RunDeps, run: RunRow, graph: Graph, file: PendingFile): Promise<string | undefined> {
  const owner = ownerOf(run)
  try {
    const bytes = await streamAttachment(graph, file.messageId, file.attachmentId)
    const stored = await storeFile(deps.db, owner, file.id, heldWhile(deps, run, bytes))
    return typeof stored === 'string' ? stored : undefined
  } catch (error) {
    if (error instanceof LostRun) return 'lost'
    if (isRefusal(error, 404)) return 'gone'
    if (isRefusal(error, 405)) return 'not-a-file'
    throw await asItsOwn(graph, error)
  }
}

/** A large file may take longer than a lease. */
async function* heldWhile(deps: RunDeps, run: RunRow, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let heldAt = performance.now()
  for await (const part of bytes) {
    if (performance.now() - heldAt > deps.jobLeaseMs / 3) {
      if (!(await hold(deps, run))) throw new LostRun()
      heldAt = performance.now()
    }
    yield part
  }
}

const hold = (deps: RunDeps, run: RunRow) => asPerson(deps.db, ownerOf(run), (trx) => holdRun(trx, run, deps.jobLeaseMs))

class LostRun extends Error {
  override name = 'LostRun'
}
