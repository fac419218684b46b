// monday.com's people over HTTP: a token to connect with, what they do on boards, and the clock.
import { Router } from 'express'
import { z } from 'zod'
import type { Sandbox } from '../sandbox.ts'
import { personFrom } from './person-from.ts'

const by = { person: z.string() }

export function mondayControlRoutes(sandbox: Sandbox): Router {
  const { monday } = sandbox
  const router = Router()
  router.post('/monday/personal-token', async (request, response) => {
    const { person } = z.object(by).parse(request.body)
    response.json({ token: await monday.personalToken(personFrom(sandbox, person)) })
  })
  router.post('/monday/change-columns', (request, response) => {
    const { person, itemId, values } = z
      .object({ ...by, itemId: z.string(), values: z.record(z.string(), z.unknown()) })
      .parse(request.body)
    monday.changeColumns(personFrom(sandbox, person), itemId, values)
    response.sendStatus(204)
  })
  router.post('/monday/update', (request, response) => {
    const { person, itemId, body } = z.object({ ...by, itemId: z.string(), body: z.string() }).parse(request.body)
    response.status(201).json({ id: monday.addUpdate(personFrom(sandbox, person), itemId, body).id })
  })
  router.post('/monday/advance', (request, response) => {
    monday.advance(z.object({ seconds: z.number() }).parse(request.body).seconds * 1000)
    response.sendStatus(204)
  })
  router.get('/monday/items', (request, response) => {
    const items = monday.items(z.object({ board: z.string() }).parse(request.query).board)
    response.json(
      items.map((item) => ({
        id: item.id,
        name: item.name,
        group: item.groupId,
        columns: monday.textsOf(item),
        updates: monday.updates(item.id).map(({ id, body }) => ({ id, body })),
      })),
    )
  })
  return router
}
