import { expect, test } from '@jest/globals'
import express from 'express'
import type { Authenticate } from '../../../server/api/authenticate.ts'
import { callsPerMinute, openCallLimit } from '../../../server/api/call-limit.ts'
import { listenTo } from '../../../server/api/http-server.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import { letInBy } from '../../../server/api/route.ts'

test('a person has 1,200 calls a minute, and another person has theirs', async () => {
  let lookedUp = 0
  // As authenticate.ts does it: whoever is over the limit is not looked for in the database.
  const authenticate: Authenticate = async (request, { admit } = {}) => {
    const identity = { tenantId: 't', objectId: request.path, displayName: '', roles: [] }
    await admit?.(identity)
    lookedUp += 1
    return { person: { ...identity, personId: request.path }, assertion: '', expiresAt: new Date() }
  }
  const app = express()
  app.use(letInBy(authenticate, openCallLimit())(), (_request, response) => void response.status(204).end())
  app.use(problemAnswers)
  const server = await listenTo(app, { tls: null, host: '127.0.0.1', port: 0 })
  const call = (person: string) => fetch(`${server.url}/${person}`)
  const statuses = new Set<number>()
  for (let made = 0; made < callsPerMinute; made += 50)
    for (const { status } of await Promise.all(Array.from({ length: 50 }, () => call('ann')))) statuses.add(status)
  expect([...statuses]).toEqual([204])
  const refused = await call('ann')
  expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: 'too-many-requests' })])
  expect(lookedUp).toBe(callsPerMinute)
  expect((await call('ben')).status).toBe(204)
  await server.close()
})
