// Faults, Vault's seal and the ledgers over HTTP.
import { Router } from 'express'
import { z } from 'zod'
import type { Rule } from '../misbehaviour.ts'
import type { Sandbox } from '../sandbox.ts'

const rule = z.object({
  service: z.enum(['graph', 'entra', 'vault', 'monday']),
  match: z
    .object({ method: z.string().optional(), path: z.string().optional(), person: z.string().optional(), sent: z.string().optional() })
    .optional(),
  times: z.number().int().positive().optional(),
  status: z.number().int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  delayMs: z.number().optional(),
  delayAnswerMs: z.number().optional(),
  stall: z.boolean().optional(),
  dropConnection: z.boolean().optional(),
  dropAnswerAfterEffect: z.boolean().optional(),
  lateEffectMs: z.number().optional(),
})

export function faultRoutes(sandbox: Sandbox): Router {
  const { graph, entra, vault, monday } = sandbox
  const router = Router()
  const rules = new Map<string, { clear(): void; seen(): number }>()
  let count = 0

  router.post('/misbehave', (request, response) => {
    const { service, match, ...given } = rule.parse(request.body)
    const path = match?.path === undefined ? {} : { path: new RegExp(match.path) }
    // In JSON, a missing field and an undefined one are the same.
    const sent = match?.sent === undefined ? {} : { sent: new RegExp(match.sent) }
    const asked = withoutUndefined({ ...given, match: withoutUndefined({ ...match, ...path, ...sent }) })
    count += 1
    rules.set(String(count), sandbox.misbehave(service, asked))
    response.status(201).json({ id: String(count) })
  })
  router.delete('/misbehave/:id', (request, response) => {
    rules.get(request.params.id)?.clear()
    response.sendStatus(204)
  })
  router.delete('/misbehave', (_request, response) => {
    sandbox.heal()
    response.sendStatus(204)
  })
  router.get('/ledger', (_request, response) => {
    response.json({
      graph: graph.ledger.entries,
      notifications: graph.notifications.entries,
      entra: entra.ledger.entries,
      vault: vault.ledger.entries,
      monday: monday.ledger.entries,
      webhooks: monday.webhookAttempts.entries,
    })
  })
  router.delete('/ledger', (_request, response) => {
    const all = [graph.ledger, graph.notifications, entra.ledger, vault.ledger, monday.ledger, monday.webhookAttempts]
    for (const ledger of all) ledger.clear()
    response.sendStatus(204)
  })
  return router
}

function withoutUndefined(fields: Record<string, unknown>): Rule {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
