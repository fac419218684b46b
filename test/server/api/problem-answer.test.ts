import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import express from 'express'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import { UpstreamError } from '../../../server/upstream/upstream-error.ts'

async function answerTo(error: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const server = express()
    .get('/', () => {
      throw error
    })
    .use(problemAnswers)
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const body = (await response.json()) as Record<string, unknown>
  server.close()
  return { status: response.status, body }
}

test.each([
  ['Graph refuses', { service: 'graph', status: 403, code: undefined }, 502, 'microsoft-refused'],
  ['Entra refuses', { service: 'entra', status: 400, code: undefined }, 502, 'microsoft-refused'],
  [
    'Vault refuses the server, which is no fault of Microsoft',
    { service: 'vault', status: 403, code: 'denied' },
    503,
    'service-unavailable',
  ],
  ['Vault is sealed', { service: 'vault', status: 503, code: 'sealed' }, 503, 'service-unavailable'],
  ['an answer of Vault that the server did not expect', { service: 'vault', status: 400, code: 'cas-mismatch' }, 500, 'internal-error'],
] as const)('%s', async (_what, of, status, code) => {
  const answer = await answerTo(new UpstreamError(of.service, of))
  expect(answer).toMatchObject({ status, body: { code } })
  expect('detail' in answer.body).toBe(status !== 500)
})
