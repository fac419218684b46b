import { Router, json, type ErrorRequestHandler } from 'express'
import type { Misbehaviour } from '../misbehaviour.ts'
import { permissionDenied, usualVaultError, VaultError } from './answers.ts'
import { authRoutes } from './auth-routes.ts'
import { record, tokenOf } from './guard.ts'
import { kvRoutes } from './kv-routes.ts'
import type { VaultState } from './state.ts'

/** Mounted at `/vault/v1`. */
export function vaultRoutes(state: VaultState, misbehaviour: Misbehaviour): Router {
  const router = Router()
  router.use(record(state))
  router.use(misbehaviour.handler('vault', (request) => tokenOf(state, request)?.entityAlias ?? null, usualVaultError))

  router.get('/sys/health', (request, response) => {
    const ready = {
      initialized: true,
      sealed: state.sealed,
      standby: false,
      performance_standby: false,
      version: '1.20.0',
      cluster_name: 'stand-in',
    }
    const sealedCode = Number(request.query['sealedcode'] ?? 503)
    response.status(state.sealed ? sealedCode : 200).json({ ...ready, server_time_utc: Math.floor(Date.now() / 1000) })
  })
  router.get('/sys/seal-status', (_request, response) => {
    response.json({ type: 'shamir', initialized: true, sealed: state.sealed, t: 1, n: 1, progress: 0, version: '1.20.0' })
  })
  router.use((_request, _response, next) => {
    if (state.sealed) throw new VaultError(503, 'Vault is sealed')
    next()
  })
  router.use(json({ type: () => true }))
  router.use(authRoutes(state), kvRoutes(state))
  // Unknown routes are refused like forbidden ones: a caller cannot tell them apart.
  router.use(() => {
    throw permissionDenied()
  })
  router.use(answerVaultError)
  return router
}

const answerVaultError: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error)
  if (error instanceof VaultError) return void response.status(error.status).json({ errors: error.errors })
  if (typeof error === 'object' && error !== null && 'type' in error && error.type === 'entity.parse.failed') {
    return void response.status(400).json({ errors: ['error parsing JSON'] })
  }
  next(error)
}
