// The sandbox's controls over HTTP, for the Outlook page and for tools of other processes.
import { Router, json, type ErrorRequestHandler, type Request } from 'express'
import { z } from 'zod'
import type { Person } from '../entra/directory.ts'
import { personFrom } from './person-from.ts'
import type { Sandbox } from '../sandbox.ts'
import { answerBrokerRequest, tokenRequest } from './broker.ts'
import { faultRoutes } from './fault-routes.ts'
import { mondayControlRoutes } from './monday-routes.ts'
import { personRoutes } from './person-routes.ts'
import { mailboxView, messageView } from './mailbox-view.ts'
import { mailFromComposer, composed } from './composer.ts'

export function controlRoutes(sandbox: Sandbox, config: { serverUrl: string | null; clientId: string }): Router {
  const { entra, graph } = sandbox
  const router = Router()
  router.use(json({ limit: '50mb' }))

  router.get('/config', (_request, response) => void response.json({ ...config, people: entra.people }))
  router.get('/people', (_request, response) => void response.json(entra.people))
  router.post('/token', async (request, response) => {
    const asked = tokenRequest.parse(request.body)
    response.json(await answerBrokerRequest(sandbox, personFrom(sandbox, asked.person), asked))
  })

  router.get('/mailbox', (request, response) => void response.json(mailboxView(graph.mailbox(personOf(sandbox, request)))))
  router.get('/mailbox/:messageId', (request, response) => {
    const view = messageView(graph.mailbox(personOf(sandbox, request)), request.params.messageId)
    response.status(view ? 200 : 404).json(view ?? { error: 'There is no such message.' })
  })
  router.post('/send', async (request, response) => {
    const mail = composed.parse(request.body)
    const owner = personFrom(sandbox, mail.to)
    const sender = mail.from === undefined ? owner : (entra.person(mail.from) ?? { name: mail.from, address: mail.from })
    response.status(201).json(await graph.deliver(owner, mailFromComposer(mail, sender), { notifications: mail.notifications }))
  })
  router.post('/move', (request, response) => {
    const { person, messageId, folder } = z.object({ person: z.string(), messageId: z.string(), folder: z.string() }).parse(request.body)
    graph.move(personFrom(sandbox, person), messageId, folder)
    response.sendStatus(204)
  })
  router.post('/delete', (request, response) => {
    const { person, messageId } = z.object({ person: z.string(), messageId: z.string() }).parse(request.body)
    graph.remove(personFrom(sandbox, person), messageId)
    response.sendStatus(204)
  })
  router.post('/read', (request, response) => {
    const { person, messageId } = z.object({ person: z.string(), messageId: z.string() }).parse(request.body)
    graph.markRead(personFrom(sandbox, person), messageId)
    response.sendStatus(204)
  })

  router.get('/events', (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': open\n\n')
    const stop = graph.onChange((change) => void response.write(`data: ${JSON.stringify(change)}\n\n`))
    request.once('close', stop)
  })
  router.use(faultRoutes(sandbox), mondayControlRoutes(sandbox), personRoutes(sandbox))
  router.use((_request, response) => void response.status(404).json({ error: 'There is no such control.' }))
  router.use(answerMistake)
  return router
}

function personOf(sandbox: Sandbox, request: Request): Person {
  return personFrom(sandbox, z.string().parse(request.query['person']))
}

const answerMistake: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  response.status(400).json({ error: error instanceof z.ZodError ? z.prettifyError(error) : String(error) })
}
