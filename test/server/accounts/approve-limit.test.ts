import { expect, test } from '@jest/globals'
import express from 'express'
import { listenTo } from '../../../server/api/http-server.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import { readConfig } from '../../../server/config.ts'
import { approvalsPerMinute, approveRoutes } from '../../../server/accounts/approve-routes.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'

test('an address has 600 pages a minute', async () => {
  const sandbox = await startSandbox()
  const config = readConfig(sandbox.environment('http://localhost:3000'))
  const app = express()
  app.use(approveRoutes({ config, tenants: { listed: null, allows: () => true }, scopes: ['Mail.Read'] }), problemAnswers)
  const server = await listenTo(app, { tls: null, host: '127.0.0.1', port: 0 })
  const open = () => fetch(`${server.url}/approve/7a115719-3c5b-4e0d-9a41-6f2d8e70c503`)
  const statuses = new Set<number>()
  for (let made = 0; made < approvalsPerMinute; made += 50)
    for (const { status } of await Promise.all(Array.from({ length: 50 }, open))) statuses.add(status)
  expect([...statuses]).toEqual([200])
  const refused = await open()
  expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ code: 'too-many-requests' })])
  await server.close()
  await sandbox.stop()
})
