// Whoever has much may take all of it along: the server sends it as it reads it, and holds no more of it than its reader takes.
import { describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import pg from 'pg'
import { aBoard } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const megabyte = 1024 * 1024

/** Files of an update of hers, in parts of 256 KiB as they are stored. */
async function seedFiles(world: World, megabytes: number): Promise<void> {
  const api = world.api(world.camille)
  const board = await aBoard(api)
  const item = await api.call('createItem', { params: { id: board.id }, body: { name: 'Large' } })
  const update = await api.call('createUpdate', { params: { id: item.id }, body: { body: 'Files' } })
  const client = new pg.Client({ connectionString: world.environment['DATABASE_URL'] })
  await client.connect()
  try {
    for (let left = megabytes; left > 0; left -= 25) {
      const id = randomUUID()
      await client.query(
        `insert into files (id, tenant_id, update_id, name, content_type, size, state) values ($1, $2, $3, 'large', 'text/plain', $4, 'stored')`,
        [id, world.camille.tenantId, update.id, 25 * megabyte],
      )
      await client.query(`insert into file_chunks select $1, n, decode(repeat(md5(n::text), 16384), 'hex') from generate_series(0, 99) n`, [
        id,
      ])
    }
  } finally {
    await client.end()
  }
}

const fetchExport = async (world: World) =>
  fetch(`${world.server.url}/api/export`, {
    headers: { authorization: `Bearer ${await world.sandbox.entra.accessToken(world.camille)}` },
  })

describe.each(databases.filter((kind) => kind === 'postgresql'))('%s', (database) => {
  test('an export of 300 MB leaves the memory of the server as it was, and others are answered meanwhile', async () => {
    await using world = await startWorld({ database, process: 'child' })
    await seedFiles(world, 300)
    const yanis = world.api(world.yanis)
    const slowest = { ms: 0 }
    const before = world.server.residentBytes()
    let [sent, first, most] = [0, before, before]
    const answer = await fetchExport(world)
    expect(answer.status).toBe(200)
    const reading = (async () => {
      for await (const bytes of answer.body ?? []) {
        sent += bytes.length
        most = Math.max(most, world.server.residentBytes())
        if (sent < 100 * megabyte) first = most
      }
    })()
    let isOver = false
    void reading.finally(() => (isOver = true))
    while (!isOver) {
      const since = performance.now()
      await yanis.call('readMe')
      slowest.ms = Math.max(slowest.ms, performance.now() - since)
    }
    await reading
    process.stdout.write(
      `300 MB of files: ${Math.round(sent / megabyte)} MB sent, ${Math.round(before / megabyte)} MB of memory before, ` +
        `${Math.round(first / megabyte)} after the first 100, ${Math.round(most / megabyte)} at most, ` +
        `slowest answer to somebody else ${Math.round(slowest.ms)} ms\n`,
    )
    expect(sent).toBeGreaterThan(400 * megabyte)
    // What a quarter of it takes is what all of it takes.
    expect(most - first).toBeLessThan(100 * megabyte)
    expect(most - before).toBeLessThan(250 * megabyte)
  })

  test('a second export waits for the first, on whichever server; one that was left by its reader is over', async () => {
    await using world = await startWorld({ database, replicas: ['all', 'web'] })
    await seedFiles(world, 50)
    const [one, other] = world.replicas.map((replica) => world.api(world.camille, replica))
    const { hostname, port } = new URL(world.replicas[0]?.url ?? '')
    const silent = connect(Number(port), hostname)
    const token = await world.sandbox.entra.accessToken(world.camille)
    silent.write(`GET /api/export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    // It has begun, and takes no more.
    await once(silent, 'readable')
    const refused = await other?.request('GET', '/api/export')
    expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([429, '30'])
    expect(await one?.problemOf('exportMe')).toMatchObject({ code: 'too-many-requests' })
    silent.destroy()
    await until(async () => (await other?.request('GET', '/api/export'))?.status === 200)
  })

  test('an export whose file goes while it is sent is broken off, and not a shorter whole', async () => {
    await using world = await startWorld({ database, process: 'child' })
    await seedFiles(world, 50)
    const reader = (await fetchExport(world)).body!.getReader()
    for (let read = 0; read < megabyte;) read += (await reader.read()).value?.length ?? 0
    const client = new pg.Client({ connectionString: world.environment['DATABASE_URL'] })
    await client.connect()
    await client.query('delete from files')
    await client.end()
    const rest = async () => {
      while (!(await reader.read()).done);
    }
    await expect(rest()).rejects.toThrow('terminated')
  })
})
