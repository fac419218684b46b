import { expect, test } from '@jest/globals'
import express from 'express'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileRoutes } from '../../../server/api/file-routes.ts'
import { problemAnswers } from '../../../server/api/problem-answer.ts'
import { createBoard } from '../../../server/boards/board-store.ts'
import { createBuiltInItem } from '../../../server/boards/built-in/write.ts'
import { createTicket, pendingFiles, storeFile } from '../../../server/boards/file-store.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { openPeopled } from '../../support/people.ts'

test('a ticket gives the file once, as an attachment', async () => {
  const { database, ann, close } = await openPeopled('pglite')
  const runId = crypto.randomUUID()
  const content = Buffer.from('<script>alert(1)</script>')
  await asPerson(database.db, ann, async (trx) => {
    const board = await createBoard(trx, ann, { name: 'B' })
    await createBuiltInItem(trx, ann, {
      boardId: board.id,
      name: 'x',
      columns: {},
      files: [{ id: 'a', name: 'Été "2026"\r\n.html', contentType: 'text/html', size: content.length, kind: 'file', isInline: false }],
      origin: { messageId: 'm', conversationId: null, internetMessageId: null, recipeId: null, runId },
    })
  })
  const [file] = await asPerson(database.db, ann, (trx) => pendingFiles(trx, runId))
  await storeFile(database.db, ann, file?.id ?? '', (async function* () { yield content })()) // prettier-ignore
  const secret = await asPerson(database.db, ann, (trx) => createTicket(trx, ann, file?.id ?? ''))

  const server = express().use(fileRoutes(database.db)).use(problemAnswers).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/files/${secret}`
  const head = await fetch(address, { method: 'HEAD' })
  expect(head.status).toBe(405)
  const answer = await fetch(address)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(content.length),
    'content-disposition': `attachment; filename="_t_ _2026_.html"; filename*=UTF-8''%C3%89t%C3%A9%20_2026_.html`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
  })
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true)
  const again = await fetch(address)
  expect([again.status, await again.json()]).toEqual([404, expect.objectContaining({ code: 'not-found' })])
  server.close()
  await close()
})
