import { Router } from 'express'
import { answer, authOf, remainingSeconds, VaultError } from './answers.ts'
import { authorize, changed } from './guard.ts'
import { issueToken, revokeToken, type VaultState } from './state.ts'

export function authRoutes(state: VaultState): Router {
  const router = Router()

  changed(router, '/auth/approle/login', (request, response) => {
    const { role_id: roleId, secret_id: secretId } = bodyOf(request.body)
    if (!roleId || !secretId) throw new VaultError(400, 'missing role_id or secret_id')
    const policies = new Map<unknown, string>([
      [state.roleId, 'mailboard-server'],
      [state.roleIdAlone, 'mailboard-server-alone'],
    ])
    const policy = policies.get(roleId)
    if (policy === undefined || secretId !== state.secretId) throw new VaultError(400, 'invalid role or secret ID')
    const token = issueToken(state, { policies: [policy], ttlSeconds: state.tokenSeconds })
    response.json(answer({ auth: authOf(token) }))
  })

  router.get('/auth/token/lookup-self', (request, response) => {
    const token = authorize(state, request, 'read')
    const data = {
      accessor: token.accessor,
      creation_time: Math.floor(token.createdAt / 1000),
      creation_ttl: token.ttlSeconds,
      display_name: token.parent === null ? 'approle' : 'token',
      entity_id: token.entityAlias === null ? '' : token.accessor,
      expire_time: new Date(token.expiresAt).toISOString(),
      explicit_max_ttl: 0,
      id: token.token,
      meta: {},
      num_uses: 0,
      orphan: token.parent === null,
      path: token.parent === null ? 'auth/approle/login' : `auth/token/create/${state.tokenRole}`,
      policies: token.policies,
      renewable: true,
      ttl: remainingSeconds(token),
      type: 'service',
    }
    response.json(answer({ data }))
  })

  changed(router, '/auth/token/renew-self', (request, response) => {
    const token = authorize(state, request, 'update')
    token.expiresAt = Date.now() + token.ttlSeconds * 1000
    response.json(answer({ auth: authOf(token) }))
  })

  changed(router, '/auth/token/revoke-self', (request, response) => {
    revokeToken(state, authorize(state, request, 'update').token)
    response.sendStatus(204)
  })

  changed(router, '/auth/token/create/:role', (request, response) => {
    const parent = authorize(state, request, 'update')
    const { entity_alias: alias, policies } = bodyOf(request.body)
    if (policies !== undefined) throw new VaultError(400, 'token policies must be subset of the role’s allowed policies')
    if (alias !== undefined && !isAllowedAlias(state, alias)) throw new VaultError(400, "invalid 'entity_alias' value")
    const token = issueToken(state, {
      policies: ['mailboard-connection'],
      ttlSeconds: state.childTokenSeconds,
      entityAlias: typeof alias === 'string' ? alias.toLowerCase() : null,
      parent: parent.token,
    })
    response.json(answer({ auth: authOf(token) }))
  })
  return router
}

/** Ignores case, like the real one. */
function isAllowedAlias({ allowedEntityAliases }: VaultState, alias: unknown): boolean {
  if (typeof alias !== 'string') return false
  const name = alias.toLowerCase()
  return allowedEntityAliases.some((allowed) => (allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed))
}

function bodyOf(body: unknown): Record<string, unknown> {
  return typeof body === 'object' && body !== null ? { ...body } : {}
}
