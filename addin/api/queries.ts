// What the screens ask for, each under a key whose first word live events know.
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Page } from '../../contract/page.ts'
import type { Outcome } from '../../contract/run.ts'
import type { OpenMessage } from '../office/open-message.ts'
import { readExport } from '../settings/read-export.ts'
import { answerTo, call } from './call.ts'

/** As many pages as there are, or as hold so many entries: a page ends where it is long, however many were asked for. */
async function everyPage<Entry>(ask: (cursor: string | undefined) => Promise<Page<Entry>>, most = 1000): Promise<Entry[]> {
  const all: Entry[] = []
  for (let cursor: string | undefined; all.length < most;) {
    const { items, next } = await ask(cursor)
    all.push(...items)
    if (next === null) break
    cursor = next
  }
  return all
}

const newestUpdates = 50

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => call('readMe', { signal }) })

/** Whether Microsoft would let the mailbox be connected now. It asks Microsoft each time, hence no more often than said. */
export const approvalQuery = queryOptions({
  queryKey: ['approval'],
  queryFn: async ({ signal }) => ({ ...(await call('checkApproval', { signal })), at: new Date() }),
  staleTime: 0,
})

export const boardsQuery = queryOptions({
  queryKey: ['boards'],
  queryFn: ({ signal }) => everyPage((cursor) => call('listBoards', { query: { limit: 200, cursor }, signal })),
})

export const boardQuery = (id: string) =>
  queryOptions({ queryKey: ['board', id], queryFn: ({ signal }) => call('readBoard', { params: { id }, signal }) })

/** What administrators did with this board, or with all boards of the person. */
export const boardVisitsQuery = (board: string | null) =>
  queryOptions({
    queryKey: ['board-visits', board],
    queryFn: async ({ signal }) =>
      (await call('listBoardVisits', { query: { limit: 50, ...(board !== null && { board }) }, signal })).items,
  })

export const itemsQuery = (boardId: string) =>
  infiniteQueryOptions({
    queryKey: ['items', boardId],
    queryFn: ({ pageParam, signal }) =>
      call('listItems', { params: { id: boardId }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const itemQuery = (id: string) =>
  queryOptions({ queryKey: ['item', id], queryFn: ({ signal }) => call('readItem', { params: { id }, signal }) })

export const updatesQuery = (itemId: string) =>
  queryOptions({
    queryKey: ['updates', itemId],
    queryFn: ({ signal }) =>
      everyPage(
        (cursor) => call('listUpdates', { params: { id: itemId }, query: { limit: newestUpdates, cursor }, signal }),
        newestUpdates,
      ),
  })

export const recipesQuery = queryOptions({
  queryKey: ['recipes'],
  queryFn: ({ signal }) => everyPage((cursor) => call('listRecipes', { query: { limit: 200, cursor }, signal })),
})

export const runsQuery = (filter: { recipe?: string; outcome?: Outcome }) =>
  infiniteQueryOptions({
    queryKey: ['runs', filter],
    queryFn: ({ pageParam, signal }) =>
      call('listRuns', { query: { limit: 30, ...filter, ...(pageParam && { cursor: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const activityQuery = infiniteQueryOptions({
  queryKey: ['activity'],
  queryFn: ({ pageParam, signal }) => call('listActivity', { query: { limit: 30, ...(pageParam && { cursor: pageParam }) }, signal }),
  initialPageParam: '',
  getNextPageParam: (last) => last.next,
})

export const runQuery = (id: string) =>
  queryOptions({ queryKey: ['run', id], queryFn: ({ signal }) => call('readRun', { params: { id }, signal }) })

export const insightQuery = ({ id, conversationId, internetMessageId }: OpenMessage) =>
  queryOptions({
    queryKey: ['insight', id],
    queryFn: ({ signal }) =>
      call('readInsight', {
        params: { id },
        query: { ...(conversationId && { conversationId }), ...(internetMessageId && { internetMessageId }) },
        signal,
      }),
  })

export const receiptQuery = (id: string) =>
  queryOptions({
    queryKey: ['receipt', id],
    queryFn: ({ signal }) => call('readReceipt', { params: { id }, signal }),
    refetchInterval: (query) => (query.state.data?.finishedAt ? false : 1500),
  })

/** Days begin where this machine's clock says so. The figures move with every mail. */
export const daysQuery = queryOptions({
  queryKey: ['days'],
  queryFn: async ({ signal }) => {
    const query = { utcOffset: -new Date().getTimezoneOffset() }
    return (await call('listDays', { params: { provider: 'microsoft' }, query, signal })).items
  },
  refetchInterval: ({ state }) => (state.data?.some(({ open }) => open > 0) ? 5_000 : 30_000),
})

export const catchUpQuery = queryOptions({
  queryKey: ['catch-up'],
  queryFn: async ({ signal }) => (await call('readCatchUp', { params: { provider: 'microsoft' }, signal })).latest,
  staleTime: 0,
  refetchInterval: ({ state: { data } }) => (data && !(data.listed && data.treated >= data.seen) ? 2_000 : false),
})

/** `known` gives what is to be looked for in the record; it goes with the first page. */
export const accessLogQuery = (known: () => string | null) =>
  infiniteQueryOptions({
    queryKey: ['access-log'],
    queryFn: ({ pageParam, signal }) => {
      const head = pageParam === '' ? known() : null
      return call('listAccess', { query: { limit: 50, ...(pageParam && { cursor: pageParam }), ...(head && { known: head }) }, signal })
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })

export const policyQuery = queryOptions({ queryKey: ['policy'], queryFn: ({ signal }) => call('readPolicy', { signal }) })

/** Asked anew each time, and not kept: it is all that there is of a person. */
export const exportQuery = queryOptions({
  queryKey: ['export'],
  queryFn: async ({ signal }) => readExport(await answerTo('exportMe', { signal })),
  staleTime: Infinity,
  gcTime: 0,
})
