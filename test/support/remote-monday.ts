// Boards of monday.com as the sandbox plays them, in the shape of remote-board.ts: what happens to a call happens on the wire.
import type { Person as Mailuser } from '../../sandbox/entra/directory.ts'
import type { NewColumn } from '../../sandbox/monday/board.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'
import { openMondayBoards, type MondayBoards } from '../../server/boards/monday/target.ts'
import { ConnectionLost } from '../../server/connections/access-token.ts'
import type { Database } from '../../server/database/schema.ts'
import type { Fate } from './remote-board.ts'
import { until } from './until.ts'

type Given = {
  sandbox: Sandbox
  db: Database
  mailuser: Mailuser
  keyTrustMs?: number
  readBackAfterMs?: readonly number[]
  columns?: readonly NewColumn[]
}

export type RemoteMonday = Awaited<ReturnType<typeof openRemoteMonday>>

const marker: NewColumn = { id: 'mailboard_ref', title: 'Mailboard ref', type: 'text' }
const creates = /create_(item|update)\(/
const writing = ['CreateItem', 'CreateUpdate']

/** A board of its own, with the column for references, written to with a personal token. */
export async function openRemoteMonday({
  sandbox,
  db,
  mailuser,
  keyTrustMs = 60_000,
  readBackAfterMs = [0, 0, 0],
  columns = [marker],
}: Given) {
  sandbox.heal()
  const { monday } = sandbox
  const tokens = { value: await monday.personalToken(mailuser), refused: 0 }
  const boards: MondayBoards = openMondayBoards({
    db,
    apiUrl: `${sandbox.url}/monday/v2`,
    keyTrustMs,
    readBackAfterMs,
    connectionOf: async ({ personId }) => ({
      id: personId,
      accessToken: async () => tokens.value,
      refused: async () => {
        tokens.refused += 1
        throw new ConnectionLost('revoked')
      },
    }),
  })
  const { id: boardId } = monday.board(mailuser, { name: 'Elsewhere', columns })
  const late: ReturnType<Sandbox['misbehave']>[] = []
  const rules: Record<Exclude<Fate, 'late'>, object> = {
    answered: {},
    'lost-before': { dropConnection: true },
    'lost-after': { dropAnswerAfterEffect: true },
    refused: { status: 429, headers: { 'Retry-After': '0' } },
  }
  const since = new Date()
  const writes = () => monday.ledger.entries.filter(({ at, operation }) => at >= since && writing.includes(operation ?? ''))
  const processed = () => writes().filter(({ status, fields }) => status === 0 && fields.length > 0).length

  return {
    target: boards.target,
    boards,
    boardId,
    tokens,
    get items() {
      return monday.items(boardId).map((item) => ({
        id: item.id,
        name: item.name,
        columns: monday.textsOf(item),
        updates: monday.updates(item.id).map(({ body }) => body),
      }))
    },
    /** Writes that reached the service, whatever became of them. */
    calls: () => writes().length,
    willBe(...next: Fate[]): void {
      for (const fate of next) {
        const rule = { match: { sent: creates }, times: 1 }
        if (fate === 'late') late.push(sandbox.misbehave('monday', { ...rule, lateEffectMs: 600_000 }))
        else sandbox.misbehave('monday', { ...rule, ...rules[fate] })
      }
    },
    async arrive(): Promise<void> {
      const came = late.filter((rule) => rule.seen() > 0)
      const before = processed()
      for (const rule of came) {
        late.splice(late.indexOf(rule), 1)
        rule.clear()
      }
      await until(() => processed() >= before + came.length)
    },
    /** Somebody has changed it since. */
    touch(name: string): void {
      monday.advance(60_000)
      for (const item of monday.items(boardId))
        if (item.name === name) monday.changeColumns(mailuser, item.id, { name: `${name}, changed` })
    },
  }
}
