import { expect, test } from '@jest/globals'
import { callsPerMinute } from '../../../server/api/call-limit.ts'
import { problemFrom } from '../../support/api-client.ts'
import { startWorld } from '../../support/world.ts'

test('a person has 1,200 calls a minute, and another person has theirs', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  // Nothing to read, so that the calls are over within the minute.
  const call = () => api.request('POST', '/api/boards', { raw: '{' })
  const statuses = new Set<number>()
  for (let made = 0; made < callsPerMinute; made += 50)
    for (const { status } of await Promise.all(Array.from({ length: 50 }, call))) statuses.add(status)
  expect([...statuses]).toEqual([400])
  const refused = await call()
  expect(problemFrom(refused)).toMatchObject({ status: 429, code: 'too-many-requests' })
  expect((await world.api(world.yanis).request('GET', '/api/me')).status).toBe(200)
})
