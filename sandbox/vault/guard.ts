import type { Request, RequestHandler, Router } from 'express'
import type { VaultCall } from '../ledger.ts'
import { permissionDenied, VaultError } from './answers.ts'
import { allows, type Capability } from './policies.ts'
import type { VaultState, VaultToken } from './state.ts'

/** POST and PUT are the same to Vault. */
export function changed(router: Router, path: string, handler: RequestHandler): void {
  router.post(path, handler)
  router.put(path, handler)
}

export function tokenOf(state: VaultState, request: Request): VaultToken | undefined {
  const bearer = /^Bearer (.+)$/i.exec(request.get('authorization') ?? '')?.[1]
  return state.tokens.get(request.get('x-vault-token') ?? bearer ?? '')
}

/** Unknown, expired and insufficient tokens all get the same answer. */
export function authorize(state: VaultState, request: Request, capability: Capability): VaultToken {
  const token = tokenOf(state, request)
  if (!request.get('x-vault-token') && !request.get('authorization')) throw new VaultError(400, 'missing client token')
  if (!token || token.expiresAt <= Date.now() || !allows(token, pathOf(request), capability)) throw permissionDenied()
  return token
}

export function pathOf(request: Request): string {
  return decodeURIComponent(new URL(request.originalUrl, 'http://vault').pathname).replace(/^\/vault\/v1\//, '')
}

export function record(state: VaultState): RequestHandler {
  return (request, response, next) => {
    const token = tokenOf(state, request)
    const call: VaultCall = {
      at: new Date(),
      method: request.method,
      path: pathOf(request),
      accessor: token?.accessor ?? null,
      entityAlias: token?.entityAlias ?? null,
      status: null,
    }
    state.ledger.entries.push(call)
    response.once('close', () => {
      call.status = response.writableFinished ? response.statusCode : 0
    })
    next()
  }
}
