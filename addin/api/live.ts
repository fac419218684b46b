// Keeps what is on screen true: reads /api/events and marks what changed as stale. Broken off, it comes back with growing pauses,
// and then everything is asked again, since events may have been missed.
import type { QueryClient } from '@tanstack/react-query'
import type { LiveEvent } from '../../contract/run.ts'
import { leaveErased } from '../office/sign-in.ts'
import { authorized } from './call.ts'

type Kind = LiveEvent['kind']

/** Which first words of query keys an event makes stale. */
const staleBy: Record<Kind, readonly string[]> = {
  run: ['activity', 'runs', 'run', 'insight'],
  check: ['activity', 'insight'],
  item: ['items', 'item', 'insight'],
  update: ['updates'],
  board: ['boards', 'board', 'board-visits'],
  recipe: ['recipes', 'recipe'],
  connection: ['me', 'approval', 'recipes', 'receipt', 'days', 'catch-up'],
  policy: ['me', 'policy'],
  erased: [],
}

const steadyMs = 60_000

/** Runs until the signal aborts. */
export async function followEvents(queries: QueryClient, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      const response = await authorized('/api/events', { signal, headers: { accept: 'text/event-stream' } })
      if (response.ok && response.body !== null) {
        if (failures > 0) await queries.invalidateQueries()
        const since = Date.now()
        try {
          await readEvents(response.body, ({ kind }) => (kind === 'erased' ? void leaveErased() : markStale(queries, kind)))
        } finally {
          // One that ended soon made room for another window's: windows that took it from each other at once would never rest.
          if (Date.now() - since > steadyMs) failures = 0
        }
      }
    } catch {
      // The reason does not matter here: every screen shows its own failures.
    }
    await pause(Math.min(30_000, 500 * 2 ** failures), signal)
  }
}

export async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (event: LiveEvent) => void): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventFromBlock(block)
      if (event) onEvent(event)
    }
  }
}

function eventFromBlock(block: string): LiveEvent | undefined {
  const text = block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n')
  if (text === '') return undefined
  try {
    const event: LiveEvent = JSON.parse(text)
    return event.kind in staleBy ? event : undefined
  } catch {
    return undefined
  }
}

function markStale(queries: QueryClient, kind: Kind) {
  for (const first of staleBy[kind]) void queries.invalidateQueries({ queryKey: [first] })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
