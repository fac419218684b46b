// One mailbox gets every hostile message, one after the other; what do the others notice? They receive small messages all the
// time: how long until the item exists, and how long did the server block everyone?
import { setTimeout as wait } from 'node:timers/promises'
import type { Cluster } from '../../test/support/postgres.ts'
import { until } from '../../test/support/until.ts'
import { randomText } from '../../test/support/random-text.ts'
import { startWorld, type World } from '../harness/world.ts'
import { type Result, rounded } from '../result.ts'
import { generators } from './mails.ts'
import { hostileBody } from './recipe.ts'

const calmEveryMs = 300
const hostileSize = 1_000_000
const largeSize = 12_000_000
const patterns = ['a.{0,900}b.{0,900}z', '(?:[a-z ]{1,60}){9}@@', '(.{0,200})EUR']

export async function benchOthers({
  cluster,
  quick,
}: {
  cluster: Cluster
  quick: boolean
}): Promise<{ results: Result[]; faults: string[] }> {
  const world = await startWorld({ cluster, isDirect: true, roles: ['all'] })
  try {
    const hostile = await world.mailbox('camille')
    const stubborn = await world.mailbox('yanis')
    const calm = await world.mailbox('ruth')
    for (const { api, recipe } of [hostile, stubborn]) await api.call('deleteRecipe', { params: { id: recipe.id } })
    await hostile.api.call('createRecipe', { body: hostileBody(hostile.board.id, []) })
    for (const pattern of patterns) await stubborn.api.call('createRecipe', { body: hostileBody(stubborn.board.id, [pattern]) })
    const alone = await calmFor(world, calm, 'alone', wait(quick ? 5_000 : 10_000))
    const count = { sent: 0 }
    const beside = await calmFor(world, calm, 'beside', sendAll(world, { hostile, stubborn }, count, quick))
    const longestMs = 1000 * (await world.metric(/^mailboard_event_loop_delay_seconds\{of="longest"\}/))
    const heavy = await world.metric(/^mailboard_content_work_total\{how="heavy"\}/)
    const tooHeavy = await world.metric(/^mailboard_too_heavy_total/)
    const p99 = percentile(beside, 0.99)
    const notes = `${beside.length} mails of others beside ${count.sent} hostile ones; ${heavy} times heavy work, ${tooHeavy} runs too heavy`
    return {
      results: [
        figure('others’ p99 beside hostile mails', p99, percentile(alone, 0.99), notes),
        figure('longest standstill of the event loop', longestMs, null, 'at most 200 ms'),
      ],
      faults: [
        ...(p99 < 1_000 ? [] : [`The mails of others took ${p99.toFixed(0)} ms.`]),
        ...(longestMs < 200 ? [] : [`The event loop stood still for ${longestMs.toFixed(0)} ms.`]),
      ],
    }
  } finally {
    await world.stop()
  }
}

type Mailbox = Awaited<ReturnType<World['mailbox']>>

/** Milliseconds from the delivery of each message to its item, during other work. */
async function calmFor(world: World, calm: Mailbox, round: string, meanwhile: Promise<void>): Promise<number[]> {
  const sent = new Map<string, number>()
  const goesOn = { value: true }
  const ended = meanwhile.finally(() => (goesOn.value = false))
  while (goesOn.value) {
    const name = `${round}-${sent.size}`
    sent.set(name, Date.now())
    await calm.deliver(name)
    await wait(calmEveryMs)
  }
  await ended
  await until(() => calm.isComplete(), 120_000)
  const rows = await world.query.rows('select name, extract(epoch from created_at) * 1000 as at from items where board_id = $1', [
    calm.board.id,
  ])
  return rows.flatMap(({ name, at }) => {
    const from = sent.get(String(name))
    return from === undefined ? [] : [Math.max(0, Number(at) - from)]
  })
}

async function sendAll(world: World, to: { hostile: Mailbox; stubborn: Mailbox }, count: { sent: number }, quick: boolean): Promise<void> {
  const send = async ({ person }: Mailbox, content: string) => {
    await world.sandbox.graph.deliver(person, { subject: 'Hostile', body: { contentType: 'html', content } })
    count.sent += 1
    // Not all at once: that would measure the queue in the stand-in.
    await until(async () => (await openOf(world)) < 4, 300_000)
  }
  // Each of these exceeds its share, so a few are enough.
  for (const letters of ['ab', 'abc ', 'xyz ']) await send(to.stubborn, randomText(letters, hostileSize))
  for (const { html } of generators) await send(to.hostile, html(hostileSize))
  if (!quick) for (const { html } of generators.filter((_, index) => index % 12 === 0)) await send(to.hostile, html(largeSize))
  await until(async () => (await openOf(world)) === 0, 300_000)
}

const openOf = (world: World): Promise<number> =>
  world.query.count(
    `select count(*) from inbox_messages join connections on id = connection_id where state = 'queued' and account not like 'ruth%'`,
  )

const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0

const figure = (name: string, ours: number, baseline: number | null, notes: string): Result => ({
  name,
  unit: 'ms',
  ours: rounded(ours),
  baseline: baseline === null ? null : rounded(baseline),
  ratio: baseline === null ? null : rounded(ours / baseline),
  cpuMsPerMail: null,
  lost: 0,
  doubled: 0,
  notes,
})
