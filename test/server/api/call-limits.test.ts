import { expect, test } from '@jest/globals'
import express from 'express'
import { callsPerMinute, perCaller } from '../../../server/api/app.ts'
import { listenTo } from '../../../server/api/http-server.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'

test('a person has 1,200 calls a minute, and another person has theirs', async () => {
  const app = express()
  app.use((request, response, next) => {
    response.locals['caller'] = { person: { personId: request.path } }
    next()
  })
  app.use(perCaller(), (_request, response) => void response.status(204).end())
  app.use(problemAnswers)
  const server = await listenTo(app, { tls: null, host: '127.0.0.1', port: 0 })
  const call = (person: string) => fetch(`${server.url}/${person}`)
  const statuses = new Set<number>()
  for (let made = 0; made < callsPerMinute; made += 50)
    for (const { status } of await Promise.all(Array.from({ length: 50 }, () => call('ann')))) statuses.add(status)
  expect([...statuses]).toEqual([204])
  const refused = await call('ann')
  expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: 'too-many-requests' })])
  expect((await call('ben')).status).toBe(204)
  await server.close()
})
