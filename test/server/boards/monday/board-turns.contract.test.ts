// Writes to one board come one after the other, over all processes: here two of them share a database.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openBoardTurns } from '../../../../server/boards/monday/board-turns.ts'
import { openPauses } from '../../../../server/boards/monday/pauses.ts'
import { takeTurn } from '../../../../server/database/leases.ts'
import { databases } from '../../../support/databases.ts'
import { openPeopled, type Peopled } from '../../../support/people.ts'
import { until } from '../../../support/until.ts'

describe.each(databases)('on %s', (kind) => {
  let peopled: Peopled
  beforeAll(async () => {
    peopled = await openPeopled(kind)
  })
  afterAll(() => peopled.close())

  const counting = () => {
    const seen = { now: 0, most: 0, done: 0 }
    const write = async () => {
      seen.now += 1
      seen.most = Math.max(seen.most, seen.now)
      await sleep(20)
      seen.now -= 1
      seen.done += 1
    }
    return { seen, write }
  }

  test('two processes write to a board one after the other, and to two boards at once', async () => {
    const [one, other] = [openBoardTurns(peopled.database.db), openBoardTurns(peopled.database.db)]
    const { seen, write } = counting()
    await Promise.all([one.take('a', write), one.take('a', write), other.take('a', write), other.take('a', write)])
    expect(seen).toEqual({ now: 0, most: 1, done: 4 })
    const { promise: both, resolve } = Promise.withResolvers<void>()
    let writing = 0
    const together = async () => {
      writing += 1
      if (writing === 2) resolve()
      await both
    }
    await Promise.all([one.take('b', together), other.take('c', together)])
  })

  test('a write that fails gives its turn back', async () => {
    const turns = openBoardTurns(peopled.database.db)
    await expect(turns.take('d', () => Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    await turns.take('d', async () => undefined)
  })

  test('few wait, and each of the others is told a later time', async () => {
    const turns = openBoardTurns(peopled.database.db)
    const { promise: go, resolve } = Promise.withResolvers<void>()
    const writing = [1, 2, 3].map(() => turns.take('e', () => go))
    const told = [1, 2, 3].map(() => {
      try {
        turns.refuseWhileBusy('e')
        return undefined
      } catch (error) {
        return error
      }
    })
    expect(told).toEqual(told.map(() => expect.objectContaining({ status: 429, code: 'board-busy', reaction: 'wait' })))
    const seconds = told.map((error) => Number(Object(error).retryAfterSeconds))
    expect(seconds.toSorted((a, b) => a - b)).toEqual(seconds)
    expect(new Set(seconds).size).toBe(3)
    turns.refuseWhileBusy('another')
    resolve()
    await Promise.all(writing)
    turns.refuseWhileBusy('e')
  })

  test('boards that answer slowly leave places to what is done elsewhere', async () => {
    const turns = openBoardTurns(peopled.database.db)
    const { promise: go, resolve } = Promise.withResolvers<void>()
    const writing = ['f', 'g', 'h', 'i', 'j', 'k'].map((board) => turns.take(board, () => go))
    expect(() => turns.refuseWhileBusy('l')).toThrow(/board-busy/)
    resolve()
    await Promise.all(writing)
  })

  test('a holder that died is followed when its time is over', async () => {
    const { db } = peopled.database
    expect(await takeTurn(db, 'monday-board:m', 1)).toBe(true)
    const from = performance.now()
    await openBoardTurns(db).take('m', async () => undefined)
    expect(performance.now() - from).toBeGreaterThan(800)
  })

  test('a pause holds for all processes, a longer one is not made shorter, and another connection has its own', async () => {
    const [one, other] = [openPauses(peopled.database.db), openPauses(peopled.database.db)]
    await one.pause('x', 'wait', 0.4)
    await expect(other.refuseWhilePaused('x')).rejects.toMatchObject({ status: 429, code: 'paused-as-asked' })
    await other.refuseWhilePaused('y')
    await until(() => other.refuseWhilePaused('x').then(() => true, () => false)) // prettier-ignore
    await one.pause('x', 'park', 3600)
    await one.pause('x', 'park', 5)
    const refused: unknown = await other.refuseWhilePaused('x').catch((error: unknown) => error)
    expect(refused).toMatchObject({ code: 'DAILY_LIMIT_EXCEEDED', reaction: 'park' })
    expect(Number(Object(refused).retryAfterSeconds)).toBeGreaterThan(3500)
  })
})
