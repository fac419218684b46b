import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { endingOf, type Handlers } from '../../../server/jobs/attempt.ts'
import { setLogLevel } from '../../../server/log.ts'

setLogLevel('silent')

const data = { connectionId: randomUUID(), messageId: 'm', claim: randomUUID() }
const circumstances = { signal: new AbortController().signal, retryBaseMs: 1_000 }

/** How an attempt ends, and what was called for it. */
async function attempt(job: { deaths?: number; attempt?: number }, message: Partial<Handlers['message']> = {}) {
  const calls: string[] = []
  const handlers = {
    message: {
      work: async (...given: Parameters<Handlers['message']['work']>) => {
        calls.push('work')
        return message.work?.(...given)
      },
      onGiveUp: async (...given: Parameters<NonNullable<Handlers['message']['onGiveUp']>>) => {
        calls.push('give up')
        await message.onGiveUp?.(...given)
      },
    },
  } as Partial<Handlers> as Handlers
  const ending = await endingOf('message', { id: 'j', group: 'g', attempt: 1, data, ...job }, handlers, circumstances)
  return { ...ending, calls }
}

test('a job whose process died three times while it was alone is given up, untouched', async () => {
  expect(await attempt({ deaths: 2 })).toMatchObject({ end: 'done', calls: ['work'] })
  expect(await attempt({ deaths: 3 })).toMatchObject({ end: 'gave-up', calls: ['give up'] })
})

test('one that nobody can give up is tried again', async () => {
  let tried = 0
  const handlers = { renew: { work: async () => void (tried += 1) } } as Partial<Handlers> as Handlers
  const job = { id: 'j', group: 'g', attempt: 1, deaths: 5, data: randomUUID() }
  expect(await endingOf('renew', job, handlers, circumstances)).toEqual({ end: 'done' })
  expect(tried).toBe(1)
})

test('what cannot be given up is tried again later, and counts no attempt', async () => {
  const fails = async () => {
    throw new Error('no')
  }
  expect(await attempt({ attempt: 8 }, { work: fails, onGiveUp: fails })).toMatchObject({
    end: 'failed',
    next: { attempt: 8, data, inSeconds: 300 },
    calls: ['work', 'give up'],
  })
})
