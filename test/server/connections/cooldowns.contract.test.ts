import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { addConnection } from '../../../server/connections/connection-store.ts'
import { type Cooldowns, openCooldowns } from '../../../server/connections/cooldowns.ts'
import { countCooling } from '../../../server/connections/cooldown-store.ts'
import { setLogLevel } from '../../../server/log.ts'
import { findOrAddPerson } from '../../../server/people/person.ts'
import { CoolingDown, UpstreamError } from '../../../server/upstream/upstream-error.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'
import { failureOf } from '../../support/failure.ts'

setLogLevel('silent')

const down = (service: 'entra' | 'vault' | 'graph', more: object = {}) => new UpstreamError(service, { status: 500, ...more })

describe.each(databases)('on %s', (kind) => {
  let peopled: Peopled
  let who: { connectionId: string; tenantId: string }[]
  /** Two processes. */
  let here: Cooldowns
  let there: Cooldowns
  let calls: number

  beforeAll(async () => {
    peopled = await openPeopled(kind)
  })
  afterAll(() => peopled.close())
  beforeEach(async () => {
    const { db } = peopled.database
    await db.deleteFrom('cooldowns').execute()
    await db.deleteFrom('connections').execute()
    calls = 0
    who = []
    const { tenantId } = peopled.ann
    for (let index = 0; index < 5; index += 1) {
      const { personId } = await findOrAddPerson(db, { tenantId, objectId: crypto.randomUUID(), displayName: 'One', roles: [] })
      const { id } = await addConnection(db, { tenantId, personId }, 'microsoft')
      await db.updateTable('connections').set({ status: 'active' }).where('id', '=', id).execute()
      who.push({ connectionId: id, tenantId })
    }
    here = openCooldowns(db, { retryBaseMs: 2_000 })
    there = openCooldowns(db, { retryBaseMs: 2_000 })
  })

  type Service = 'entra' | 'vault' | 'graph'
  const attempt = (at: Cooldowns, service: Service, index: number, error?: unknown) =>
    failureOf(
      at.guard(service, who[index]!, {
        work: async () => {
          calls += 1
          if (error !== undefined) throw error
        },
      }),
    )
  const letPass = () =>
    peopled.database.db
      .updateTable('cooldowns')
      .set({ until: sql`now()` })
      .execute()
  const secondsOf = (failure: unknown) => (failure instanceof CoolingDown ? (failure.retryAfterSeconds ?? 0) : Number.NaN)

  test.each(['entra', 'vault'] as const)('a failure of %s is left alone for half a minute, twice as long each time', async (service) => {
    const pauses: number[] = []
    for (let time = 0; time < 6; time += 1) {
      pauses.push(secondsOf(await attempt(here, service, 0, down(service))))
      expect(secondsOf(await attempt(there, service, 0))).toBeGreaterThan(0)
      expect(calls).toBe(time + 1)
      await letPass()
    }
    for (const [time, least] of [30, 60, 120, 240, 300, 300].entries()) {
      expect(pauses[time]).toBeGreaterThanOrEqual(least - 2)
      expect(pauses[time]).toBeLessThanOrEqual(Math.min(least * 1.2, 300))
    }
    expect(await countCooling(peopled.database.db)).toBe(1)
    // The others are not concerned, and a success ends it.
    expect(await attempt(there, service, 1)).toBeUndefined()
    expect(await attempt(here, service, 0)).toBeUndefined()
    expect(await attempt(there, service, 0)).toBeUndefined()
    expect(await countCooling(peopled.database.db)).toBe(0)
  })

  test.each(['entra', 'vault', 'graph'] as const)('three that fail at %s and none that succeeds: one tries for all', async (service) => {
    for (const index of [0, 1, 2]) expect(await attempt(here, service, index, down(service))).toBeInstanceOf(CoolingDown)
    calls = 0
    for (const index of [0, 1, 2]) expect(secondsOf(await attempt(there, service, index))).toBeLessThanOrEqual(25)
    expect(calls).toBe(0)
    // Of those that have not failed themselves one may try as well, and the next one a second later.
    expect(await attempt(here, service, 3, down(service))).toBeInstanceOf(CoolingDown)
    expect(secondsOf(await attempt(there, service, 4))).toBeLessThanOrEqual(1)
    expect(calls).toBe(1)
    await letPass()
    const [probe, ...others] = [openCooldowns(peopled.database.db, { retryBaseMs: 2_000 }), here, there]
    expect(await attempt(probe!, service, 3, down(service))).toBeInstanceOf(CoolingDown)
    for (const other of others) expect(await attempt(other, service, 0)).toBeInstanceOf(CoolingDown)
    expect(calls).toBe(2)
    await letPass()
    const last = openCooldowns(peopled.database.db, { retryBaseMs: 2_000 })
    expect(await attempt(last, service, 4)).toBeUndefined()
    for (const index of [0, 1, 2, 3]) expect(await attempt(last, service, index)).toBeUndefined()
  })

  test.each(['entra', 'vault', 'graph'] as const)('three that always fail at %s do not stop those that are well', async (service) => {
    for (let time = 0; time < 6; time += 1) {
      for (const index of [0, 1, 2]) expect(await attempt(here, service, index, down(service))).toBeInstanceOf(CoolingDown)
      const process = openCooldowns(peopled.database.db, { retryBaseMs: 2_000 })
      for (const index of [3, 4, 3]) expect(await attempt(process, service, index)).toBeUndefined()
      await letPass()
    }
  })

  test('where others succeed meanwhile, those that fail fail alone', async () => {
    for (const index of [0, 1, 2]) {
      expect(await attempt(here, 'vault', index, down('vault'))).toBeInstanceOf(CoolingDown)
      expect(await attempt(here, 'vault', 4)).toBeUndefined()
    }
    expect(await attempt(there, 'vault', 3)).toBeUndefined()
  })

  test('what a service says of how long to wait is obeyed by all processes, and grows by nothing', async () => {
    const told = down('graph', { status: 429, retryAfterSeconds: 7 })
    expect(secondsOf(await attempt(here, 'graph', 0, told))).toBeGreaterThanOrEqual(7)
    expect(secondsOf(await attempt(there, 'graph', 0))).toBeGreaterThan(6)
    expect(await attempt(there, 'graph', 1)).toBeUndefined()
    await letPass()
    const later = openCooldowns(peopled.database.db, { retryBaseMs: 2_000 })
    expect(await attempt(later, 'graph', 0)).toBeUndefined()
  })

  test.each([
    ['a definite answer', new UpstreamError('graph', { status: 404 })],
    ['a refusal on this side', new UpstreamError('graph', { status: 0, code: 'wrong-host' })],
    ['an error of another service', new UpstreamError('entra', { status: 500 })],
    ['a bug', new Error('no')],
  ])('%s cools nothing', async (_, error) => {
    expect(await attempt(here, 'graph', 0, error)).toBe(error)
    expect(await attempt(here, 'graph', 0)).toBeUndefined()
  })

  test('a failure on one mail says nothing of its mailbox', async () => {
    const error = down('graph')
    const work = () => Promise.reject(error)
    expect(await failureOf(here.guard('graph', who[0]!, { work, isOfOneMail: true }))).toBe(error)
    expect(await attempt(here, 'graph', 0)).toBeUndefined()
  })
})
