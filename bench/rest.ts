// The memory of a process at rest, with a hundred and with a hundred thousand connected mailboxes.
import { setTimeout as wait } from 'node:timers/promises'
import type { Cluster } from '../test/support/postgres.ts'
import { residentBytes } from '../test/support/processes.ts'
import { startWorld, type World } from './harness/world.ts'
import { besideFew, median, type Result } from './result.ts'

export async function benchRest({ cluster }: { cluster: Cluster }): Promise<Result> {
  const world = await startWorld({ cluster, isDirect: true })
  try {
    const few = await atRest(world, 100)
    const many = await atRest(world, 100_000)
    return besideFew({ name: 'memory at rest, 100,000 mailboxes beside 100', unit: 'MiB', notes: '' }, few, many)
  } finally {
    await world.stop()
  }
}

async function atRest(world: World, mailboxes: number): Promise<number> {
  await world.server.stop()
  await world.query.rows('delete from people')
  const values = `select gen_random_uuid() as id, gen_random_uuid() as object_id from generate_series(1, ${mailboxes})`
  await world.query.rows(`with new as (${values}), added as (
      insert into people (id, tenant_id, object_id) select id, gen_random_uuid(), object_id from new returning id, tenant_id)
    insert into connections (tenant_id, person_id, provider, status, connection_key)
    select tenant_id, id, 'microsoft', 'active', id::text from added`)
  await world.query.rows(`insert into mailboxes (connection_id, tenant_id, person_id)
    select id, tenant_id, person_id from connections on conflict do nothing`)
  await world.query.rows(`update mailboxes set inbox_id = 'x', next_catchup_at = now() + interval '1 day'`)
  await world.query.rows(`insert into subscriptions (tenant_id, connection_id, graph_id, client_state_hash, state, expires_at, renew_at)
    select tenant_id, id, id::text, sha256(id::text::bytea), 'active', now() + interval '6 days', now() + interval '5 days' from connections`)
  await world.query.rows('analyze')
  await world.server.start()
  await wait(3_000)
  const samples: number[] = []
  for (let count = 0; count < 10; count += 1) {
    await fetch(`${world.url}/metrics`)
    samples.push(residentBytes(world.server.pid()) / 2 ** 20)
    await wait(300)
  }
  return median(samples)
}
