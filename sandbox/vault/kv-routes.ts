// KV version 2 at its mount, with `cas_required` and `max_versions=1`.
import { Router, type Request } from 'express'
import { answer, permissionDenied, VaultError } from './answers.ts'
import { authorize, changed, pathOf } from './guard.ts'
import type { Secret, VaultState } from './state.ts'

export function kvRoutes(state: VaultState): Router {
  const router = Router()
  const dataPath = `/${state.mount}/data/*path`
  const metadataPath = `/${state.mount}/metadata/*path`
  const keyOf = (request: Request) => pathOf(request).split('/').slice(2).join('/')

  router.get(dataPath, (request, response) => {
    authorize(state, request, 'read')
    const secret = state.secrets.get(keyOf(request))
    const asked = Number(request.query['version'] ?? 0)
    if (!secret || (asked !== 0 && asked !== secret.version)) throw new VaultError(404)
    response.json(answer({ data: { data: secret.data, metadata: versionOf(secret) } }))
  })

  changed(router, dataPath, (request, response) => {
    const key = keyOf(request)
    const secret = state.secrets.get(key)
    authorize(state, request, secret ? 'update' : 'create')
    const { data, options } = readBody(request.body)
    if (options?.cas === undefined) throw new VaultError(400, 'check-and-set parameter required for this call')
    if (options.cas !== (secret?.version ?? 0)) throw new VaultError(400, 'check-and-set parameter did not match the current version')
    const now = new Date().toISOString()
    const written = { version: options.cas + 1, createdAt: secret?.createdAt ?? now, updatedAt: now, data }
    state.secrets.set(key, written)
    response.json(answer({ data: versionOf(written) }))
  })

  router.get(metadataPath, (request, response) => {
    if (request.query['list'] === 'true') throw permissionDenied()
    authorize(state, request, 'read')
    const secret = state.secrets.get(keyOf(request))
    if (!secret) throw new VaultError(404)
    const { created_time, deletion_time, destroyed, version } = versionOf(secret)
    const data = {
      cas_required: true,
      created_time: secret.createdAt,
      current_version: version,
      custom_metadata: null,
      delete_version_after: '0s',
      max_versions: 1,
      oldest_version: version,
      updated_time: secret.updatedAt,
      versions: { [version]: { created_time, deletion_time, destroyed } },
    }
    response.json(answer({ data }))
  })

  router.delete(metadataPath, (request, response) => {
    authorize(state, request, 'delete')
    state.secrets.delete(keyOf(request))
    response.sendStatus(204)
  })
  return router
}

function versionOf({ version, updatedAt }: Secret) {
  return { created_time: updatedAt, custom_metadata: null, deletion_time: '', destroyed: false, version }
}

function readBody(body: unknown): { data: Record<string, unknown>; options: { cas?: number } | undefined } {
  const fields: { data?: unknown; options?: unknown } = typeof body === 'object' && body !== null ? body : {}
  if (typeof fields.data !== 'object' || fields.data === null || Array.isArray(fields.data)) throw new VaultError(400, 'no data provided')
  const options: { cas?: unknown } | undefined = typeof fields.options === 'object' && fields.options !== null ? fields.options : undefined
  return { data: { ...fields.data }, options: typeof options?.cas === 'number' ? { cas: options.cas } : undefined }
}
