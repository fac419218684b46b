import { Router } from 'express'
import type { Misbehaviour } from '../misbehaviour.ts'
import { attachmentRoutes } from './attachment-routes.ts'
import { GraphError, usualGraphError } from './graph-error.ts'
import { answerGraphError, authenticate, record, tokenOf } from './guard.ts'
import { mailRoutes } from './mail-routes.ts'
import { profileRoutes } from './profile-routes.ts'
import type { GraphState } from './state.ts'
import { subscriptionRoutes } from './subscription-routes.ts'

export function graphRoutes(state: GraphState, misbehaviour: Misbehaviour): Router {
  const router = Router({ caseSensitive: false })
  router.use(record(state))
  // Faults come after the record, so that a delayed call still counts as in progress on the mailbox.
  router.use(misbehaviour.handler('graph', (request) => tokenOf(state, request)?.person.objectId ?? null, usualGraphError))
  router.use(authenticate(state))
  router.use('/users/:owner', (request, _response, next) => {
    const person = tokenOf(state, request)?.person
    const owner = request.params.owner.toLowerCase()
    if (!person || (owner !== person.objectId && owner !== person.address.toLowerCase())) {
      throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.')
    }
    next()
  })
  const own = Router()
  own.use(profileRoutes(state), mailRoutes(state), attachmentRoutes(state), subscriptionRoutes(state))
  router.use((request, response, next) => {
    request.url = request.url.replace(/^\/users\/[^/?]+/i, '/me').replaceAll(/\/(mailFolders|messages)\('([^']+)'\)/gi, '/$1/$2')
    own(request, response, next)
  })
  router.use((request) => {
    throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${request.path.split('/')[1] ?? ''}'.`)
  })
  router.use(answerGraphError)
  return router
}
