import { randomUUID } from 'node:crypto'
import { Router, json, type Request } from 'express'
import { badRequest, GraphError } from './graph-error.ts'
import { demand } from './guard.ts'
import { validateEndpoint } from './handshake.ts'
import { applyPreferences } from './preferences.ts'
import { mailboxOf, type GraphState, type Subscription } from './state.ts'
import { readExpiry, readSubscriptionRequest } from './subscription-request.ts'

const permissions = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite']

export function subscriptionRoutes(state: GraphState): Router {
  const router = Router()

  const own = (request: Request): Subscription => {
    const { person } = demand(state, request, ...permissions)
    const id = String(request.params['id'])
    const subscription = state.subscriptions.get(id)
    if (subscription && subscription.expiresAt.getTime() <= Date.now()) state.subscriptions.delete(id)
    if (!subscription || !state.subscriptions.has(id) || subscription.person !== person) {
      throw new GraphError(404, 'ResourceNotFound', 'The object was not found.')
    }
    return subscription
  }

  router.post('/subscriptions', json(), async (request, response) => {
    const { person } = demand(state, request, ...permissions)
    const asked = readSubscriptionRequest(request.body, mailboxOf(state, person), state.subscriptionMinutes)
    const { immutableId } = applyPreferences(request, response)
    const refuseSecond = () => {
      const twin = subscriptionsOf(state, person.objectId).find((other) => other.folderId === asked.folderId && sameTypes(other, asked))
      if (twin) throw new GraphError(409, 'ExtensionError', `Subscription Id ${twin.id} already exists for the requested combination`)
    }
    refuseSecond()
    await validateEndpoint(asked.notificationUrl)
    if (asked.lifecycleNotificationUrl) await validateEndpoint(asked.lifecycleNotificationUrl)
    // Another request may have created it during the handshake.
    refuseSecond()
    const subscription = { ...asked, id: randomUUID(), person, immutableIds: immutableId, applicationId: state.clientId }
    state.subscriptions.set(subscription.id, subscription)
    response.status(201).json({ '@odata.context': `${state.base}/$metadata#subscriptions/$entity`, ...subscriptionJson(subscription) })
  })

  router.get('/subscriptions', (request, response) => {
    const { person } = demand(state, request, ...permissions)
    response.json({ value: subscriptionsOf(state, person.objectId).map(subscriptionJson) })
  })
  router.get('/subscriptions/:id', (request, response) => void response.json(subscriptionJson(own(request))))

  router.patch('/subscriptions/:id', json(), async (request, response) => {
    const subscription = own(request)
    const body: Record<string, unknown> = request.body ?? {}
    const unknown = Object.keys(body).find((name) => !['expirationDateTime', 'notificationUrl'].includes(name))
    if (unknown) throw badRequest(`Property ${unknown} cannot be changed.`)
    if (typeof body['notificationUrl'] === 'string') {
      await validateEndpoint(body['notificationUrl'])
      subscription.notificationUrl = body['notificationUrl']
    }
    if (body['expirationDateTime'] !== undefined) subscription.expiresAt = readExpiry(body['expirationDateTime'], state.subscriptionMinutes)
    response.json(subscriptionJson(subscription))
  })

  router.delete('/subscriptions/:id', (request, response) => {
    state.subscriptions.delete(own(request).id)
    response.sendStatus(204)
  })
  router.post('/subscriptions/:id/reauthorize', (request, response) => {
    own(request)
    response.sendStatus(204)
  })
  return router
}

export function subscriptionsOf(state: GraphState, objectId: string): Subscription[] {
  return [...state.subscriptions.values()].filter(
    ({ person, expiresAt }) => person.objectId === objectId && expiresAt.getTime() > Date.now(),
  )
}

function sameTypes(one: { changeTypes: string[] }, other: { changeTypes: string[] }): boolean {
  return one.changeTypes.toSorted().join() === other.changeTypes.toSorted().join()
}

function subscriptionJson(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.applicationId,
    changeType: subscription.changeTypes.join(','),
    clientState: subscription.clientState,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: subscription.expiresAt.toISOString(),
    creatorId: subscription.person.objectId,
    includeResourceData: null,
    latestSupportedTlsVersion: 'v1_2',
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  }
}
