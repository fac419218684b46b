// Notifications that are acknowledged after their commit, compared with Express that answers 202 to the same posts and stores nothing.
import type { Cluster } from '../test/support/postgres.ts'
import { startPlainProcess } from './harness/plain-process.ts'
import { cpuMs } from './harness/process-figures.ts'
import { startWorld } from './harness/world.ts'
import { openPosts, percentile } from './post.ts'
import { median, type Result, rounded } from './result.ts'

type Given = { cluster: Cluster; rounds: number; database: 'PostgreSQL' | 'PGlite'; notifications: number }

/** Enough to keep both busy: an answer after a commit takes longer than one without. */
const connections = 200

export async function benchIngest({ cluster, rounds, database, notifications }: Given): Promise<Result> {
  const isEmbedded = database === 'PGlite'
  const world = await startWorld({ cluster, isDirect: true, isEmbedded })
  const posts = openPosts(connections)
  const baseline = await startPlainProcess(new URL('baseline-express.ts', import.meta.url))
  try {
    const mailbox = await world.mailbox('camille')
    const [subscription] = world.sandbox.graph.subscriptions(mailbox.person)
    // The worker waits for Graph: only intake is measured.
    world.sandbox.misbehave('graph', { stall: true })
    if (!isEmbedded) {
      world.server.environment['ROLE'] = 'web'
      await world.server.restart()
    }
    const bodies = (round: string) =>
      Array.from({ length: notifications }, (_, index) => {
        const id = `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${round}${String(index).padStart(8, '0')}`
        const resource = `Users/${mailbox.person.objectId}/Messages/${id}`
        const resourceData = { '@odata.type': '#Microsoft.Graph.Message', '@odata.id': resource, '@odata.etag': 'W/"CQAAABYAAAC"', id }
        const { id: subscriptionId, clientState } = subscription ?? {}
        const one = { subscriptionId, clientState, changeType: 'created', resource, resourceData, tenantId: mailbox.person.tenantId }
        return JSON.stringify({ value: [one] })
      })
    const rates: number[] = []
    const baselines: number[] = []
    const slowest: number[] = []
    const cpu: number[] = []
    const load: number[] = []
    let taken = 0
    await posts.all(`${world.url}/graph/notifications`, bodies('warm').slice(0, 1_000))
    await posts.all(`${baseline.url}/graph/notifications`, bodies('warm').slice(0, 1_000))
    for (let round = 0; round < rounds; round += 1) {
      const same = bodies(`r${round}`)
      const plain = await timed(() => posts.all(`${baseline.url}/graph/notifications`, same))
      const before = cpuMs(world.server.pid())
      const own = process.cpuUsage()
      const ours = await timed(() => posts.all(`${world.url}/graph/notifications`, same))
      cpu.push((cpuMs(world.server.pid()) - before) / same.length)
      const { user, system } = process.cpuUsage(own)
      load.push((user + system) / 1000 / same.length)
      taken += ours.made.filter(({ status }) => status === 202).length
      baselines.push(same.length / plain.seconds)
      rates.push(same.length / ours.seconds)
      slowest.push(percentile(ours.made, 0.99))
    }
    const kept = await world.metric(/^mailboard_notifications_total\{verdict="kept"\}/)
    const warm = 1_000
    return {
      name: `acknowledged notifications, ${database}`,
      unit: '/s',
      ours: rounded(median(rates)),
      baseline: rounded(median(baselines)),
      ratio: rounded(median(rates) / median(baselines)),
      cpuMsPerMail: rounded(median(cpu)),
      lost: Math.max(0, taken + warm - kept),
      doubled: Math.max(0, kept - taken - warm),
      notes: `p99 ${median(slowest).toFixed(0)} ms with ${connections} connections; load ${median(load).toFixed(3)} CPU ms each`,
    }
  } finally {
    posts.close()
    await baseline.stop()
    await world.stop()
  }
}

export async function timed<Made>(work: () => Promise<Made>): Promise<{ made: Made; seconds: number }> {
  const from = performance.now()
  const made = await work()
  return { made, seconds: (performance.now() - from) / 1000 }
}
