// A board elsewhere, as small as one can be: it may lose an answer, answer late, refuse to do anything, lag with its search, or see
// its caller die. What it has is told by `has`; with neither key nor marker nobody can tell what became of a lost call.
import { randomUUID } from 'node:crypto'
import {
  type BoardShape,
  type Intent,
  type NewItemOnBoard,
  NothingDone,
  type RemoteTarget,
  type Sent,
} from '../../server/boards/board-target.ts'
import type { Actor } from '../../server/people/unit-of-work.ts'
import { UpstreamError } from '../../server/upstream/upstream-error.ts'

type RemoteItem = { id: string; boardId: string; name: string; marker: string; updates: string[]; touched: boolean }
/** What happens to a call: `late` is done after the caller has given up; `refused` is certainly not done. */
export type Fate = 'answered' | 'lost-before' | 'lost-after' | 'late' | 'refused'
export type Has = 'key' | 'marker' | 'both' | 'neither'

class Lost extends UpstreamError {
  constructor() {
    super('graph', { status: 0, code: 'no-answer' })
  }
}

/** An item with an update takes two calls. */
type Request = { kind: 'create'; boardId: string; name: string; update?: string } | { kind: 'update'; itemId: string; text: string }

type Options = {
  keyTrustMs?: number
  shape?: BoardShape
  /** The item of a conversation, as it is linked. */
  linked?: (actor: Actor, boardId: string, conversationId: string) => Promise<string | undefined>
}

export function openRemoteBoard(has: Has, options: Options = {}) {
  const items: RemoteItem[] = []
  const answers = new Map<string, Sent>()
  const late: (() => void)[] = []
  const fates: Fate[] = []
  const shape = options.shape ?? { name: 'Elsewhere', groups: [{ id: 'g', title: 'G' }], columns: [] }
  let calls = 0

  const knowsKeys = has === 'key' || has === 'both'
  const make = ({ key, marker, request, made }: Intent): Sent => {
    const known = knowsKeys ? answers.get(key) : undefined
    if (known !== undefined) return known
    const written = { ...writtenBy(JSON.parse(request) as Request, marker), ...(made === null ? {} : { madeItem: made.madeItem }) }
    if (knowsKeys) answers.set(key, written)
    return written
  }
  const writtenBy = (request: Request, marker: string): Sent => {
    const plain = { target: 'monday' as const, itemVersion: null, pendingFiles: 0, leftOut: [], cut: [], audience: null }
    if (request.kind === 'update') {
      items.find(({ id }) => id === request.itemId)?.updates.push(marker)
      return { ...plain, itemId: request.itemId, updateId: marker, madeItem: false }
    }
    const item = { id: randomUUID(), boardId: request.boardId, name: request.name, marker, updates: [], touched: false }
    items.push(item)
    return { ...plain, itemId: item.id, updateId: null, madeItem: true, ...followedBy(request, item.id) }
  }

  const target: RemoteTarget = {
    kind: 'monday',
    writes: 'remote',
    proof: {
      keyTrustMs: knowsKeys ? (options.keyTrustMs ?? 60_000) : null,
      readBackAfterMs: has === 'marker' || has === 'both' ? [0, 0, 0] : null,
    },
    look: async () => undefined,
    describe: async (_db, _actor, boardId) => (boardId === 'gone' ? undefined : shape),
    leftOut: () => [],
    async prepare(actor, wanted) {
      if (wanted.kind === 'create-item') return created(wanted.item)
      const { boardId, find, update, otherwise } = wanted
      const itemId = find.by === 'conversation' ? await options.linked?.(actor, boardId, find.conversationId) : undefined
      if (itemId !== undefined) return asRequest({ kind: 'update', itemId, text: update.body.text })
      return otherwise === 'skip' ? undefined : created(otherwise.create)
    },
    async send(_actor, intent) {
      calls += 1
      switch (fates.shift() ?? 'answered') {
        case 'answered':
          return make(intent)
        case 'lost-before':
          throw new Lost()
        case 'lost-after':
          make(intent)
          throw new Lost()
        case 'late':
          late.push(() => make(intent))
          throw new Lost()
        case 'refused':
          throw new NothingDone(new UpstreamError('graph', { status: 429, code: 'too-many', retryAfterSeconds: 0 }))
      }
    },
    async readBack(_actor, { marker, request: text, made }) {
      const request = JSON.parse(text) as Request
      if (request.kind === 'create') {
        const found = items.filter((item) => item.marker === marker)
        return found.map(({ id }) => ({ ...writtenNothing, itemId: id, madeItem: true, ...followedBy(request, id) }))
      }
      const found = items.filter(({ id, updates }) => id === request.itemId && updates.includes(marker))
      return found.map(({ id }) => ({ ...writtenNothing, itemId: id, updateId: marker, madeItem: made?.madeItem ?? false }))
    },
    async takeBack(_actor, { itemId }) {
      const at = items.findIndex(({ id }) => id === itemId)
      if (at === -1) return 'gone'
      if (items[at]?.touched) return { stays: 'touched' }
      items.splice(at, 1)
      return { audience: null }
    },
  }
  return {
    target,
    items,
    calls: () => calls,
    /** Of the calls that follow, in order; then all are answered. */
    willBe: (...next: Fate[]) => void fates.push(...next),
    boardId: 'elsewhere',
    /** What was done late is done by now. */
    arrive: async () => late.splice(0).forEach((make) => make()),
    /** Somebody has changed it since. */
    touch(name: string) {
      for (const item of items) item.touched ||= item.name === name
    },
  }
}

const writtenNothing = {
  target: 'monday' as const,
  itemVersion: null,
  updateId: null,
  pendingFiles: 0,
  leftOut: [],
  cut: [],
  audience: null,
}

const followedBy = ({ update }: Request & { kind: 'create' }, itemId: string): { next?: string } =>
  update === undefined ? {} : { next: asRequest({ kind: 'update', itemId, text: update }).request }

const asRequest = (request: Request) => ({ request: JSON.stringify(request) })

const created = ({ boardId, name, update }: NewItemOnBoard) =>
  boardId === 'gone'
    ? { refused: 'board-gone' as const, params: {} }
    : asRequest({ kind: 'create', boardId, name, ...(update === undefined ? {} : { update: update.text }) })
