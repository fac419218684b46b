// Events in the lives of people, mailboxes and tokens, one action per path: `POST /sandbox/entra/revoke {"person": "…"}`.
import { Router, raw } from 'express'
import { z } from 'zod'
import type { Person } from '../entra/directory.ts'
import { mailFromEml } from '../mail-from-eml.ts'
import type { Sandbox } from '../sandbox.ts'
import { personFrom } from './person-from.ts'

const asked = z.object({
  person: z.string().optional(),
  on: z.boolean().default(true),
  permissions: z.array(z.string()).default([]),
  event: z.enum(['missed', 'subscriptionRemoved', 'reauthorizationRequired']).default('missed'),
  order: z.enum(['as-is', 'reversed']).default('as-is'),
  seconds: z.number().default(3600),
})

type Asked = z.infer<typeof asked> & { who(): Person }
type Action = (sandbox: Sandbox, asked: Asked) => unknown

const actions: Record<string, Action> = {
  'entra/grant': ({ entra }, { who, permissions }) => entra.grant(who(), permissions),
  'entra/revoke-consent': ({ entra }, { who }) => entra.revokeConsent(who()),
  'entra/revoke-tenant-consent': ({ entra }, { who }) => entra.revokeTenantConsent(who().tenantId),
  'entra/revoke': ({ entra }, { who }) => entra.revoke(who()),
  'entra/end-day': ({ entra }, { who }) => entra.endDay(who()),
  'entra/expire-access-tokens': ({ entra }, { who }) => entra.expireAccessTokens(who()),
  'entra/require-stronger-sign-in': ({ entra }, { who, on }) => entra.requireStrongerSignIn(who(), on),
  'entra/require-interaction': ({ entra }, { who, on }) => entra.requireInteraction(who(), on),
  'entra/disable-person': ({ entra }, { who, on }) => entra.disablePerson(who(), on),
  'entra/fail-client-secret': ({ entra }, { on }) => entra.failClientSecret(on),
  'entra/strict-rotation': ({ entra }, { on }) => entra.strictRotation(on),
  'entra/access-token-lifetime': ({ entra }, { seconds }) => entra.setAccessTokenLifetime(seconds),
  'graph/lifecycle': ({ graph }, { who, event }) => graph.lifecycle(who(), event),
  'graph/remove-subscription': ({ graph }, { who }) => graph.removeSubscription(who()),
  'graph/hold': ({ graph }) => graph.hold(),
  'graph/release': ({ graph }, { order }) => graph.release(order),
  'vault/revoke-tokens': ({ vault }) => vault.revokeTokens(),
  'vault/seal': ({ vault }) => vault.seal(),
  'vault/unseal': ({ vault }) => vault.unseal(),
}

export function personRoutes(sandbox: Sandbox): Router {
  const router = Router()
  router.post('/people', (request, response) => {
    const wanted = z.object({
      name: z.string(),
      address: z.string(),
      tenantId: z.string().optional(),
      roles: z.array(z.string()).default([]),
    })
    const { tenantId, ...person } = wanted.parse(request.body)
    response.status(201).json(sandbox.entra.addPerson(tenantId === undefined ? person : { ...person, tenantId }))
  })

  /** Delivers a raw message to the Inbox: `POST /sandbox/deliver?person=…`, Content-Type `message/rfc822`. */
  router.post('/deliver', raw({ type: 'message/rfc822', limit: '50mb' }), async (request, response) => {
    const query = z.object({ person: z.string(), folder: z.string().default('inbox'), notifications: z.coerce.number().default(1) })
    const { person, folder, notifications } = query.parse(request.query)
    if (!Buffer.isBuffer(request.body)) throw new Error('The mail comes as message/rfc822.')
    const mail = await mailFromEml(request.body)
    response.status(201).json(await sandbox.graph.deliver(personFrom(sandbox, person), mail, { folder, notifications }))
  })

  router.get('/subscriptions', (request, response) => {
    const { person } = z.object({ person: z.string() }).parse(request.query)
    // The clientState is a secret between Graph and the server.
    response.json(
      sandbox.graph
        .subscriptions(personFrom(sandbox, person))
        .map(({ id, expiresAt, changeTypes, resource }) => ({ id, expiresAt, changeTypes, resource })),
    )
  })

  router.post('/:service/:action', (request, response, next) => {
    const action = actions[`${request.params.service}/${request.params.action}`]
    if (!action) return next()
    const given = asked.parse(request.body ?? {})
    action(sandbox, { ...given, who: () => personFrom(sandbox, given.person ?? '') })
    response.sendStatus(204)
  })
  return router
}
