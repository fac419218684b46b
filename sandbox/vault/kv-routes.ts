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
    const written = {
      version: options.cas + 1,
      createdAt: secret?.createdAt ?? now,
      updatedAt: now,
      data,
      customMetadata: secret?.customMetadata ?? null,
    }
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
      custom_metadata: secret.customMetadata,
      delete_version_after: '0s',
      max_versions: 1,
      oldest_version: version,
      updated_time: secret.updatedAt,
      versions: { [version]: { created_time, deletion_time, destroyed } },
    }
    response.json(answer({ data }))
  })

  router.patch(metadataPath, (request, response) => {
    const type = request.get('content-type') ?? ''
    if (type !== 'application/merge-patch+json')
      throw new VaultError(415, `PATCH requires Content-Type of application/merge-patch+json, provided: ${type}`)
    authorize(state, request, 'patch')
    const secret = state.secrets.get(keyOf(request))
    if (!secret) throw new VaultError(404)
    secret.customMetadata = merged(secret.customMetadata, request.body)
    response.sendStatus(204)
  })

  router.delete(metadataPath, (request, response) => {
    authorize(state, request, 'delete')
    state.secrets.delete(keyOf(request))
    response.sendStatus(204)
  })
  return router
}

/** As RFC 7396 has it: `null` removes. */
function merged(present: Record<string, string> | null, body: unknown): Record<string, string> {
  const { custom_metadata: changes }: { custom_metadata?: unknown } = typeof body === 'object' && body !== null ? body : {}
  const result = new Map(Object.entries(present ?? {}))
  for (const [key, value] of Object.entries(typeof changes === 'object' && changes !== null ? changes : {})) {
    if (value === null) result.delete(key)
    else if (typeof value === 'string' && value.length <= 512 && key.length <= 128) result.set(key, value)
    else throw new VaultError(400, 'custom_metadata validation failed')
  }
  if (result.size > 64) throw new VaultError(400, 'custom_metadata validation failed')
  return Object.fromEntries(result)
}

function versionOf({ version, updatedAt, customMetadata }: Secret) {
  return { created_time: updatedAt, custom_metadata: customMetadata, deletion_time: '', destroyed: false, version }
}

function readBody(body: unknown): { data: Record<string, unknown>; options: { cas?: number } | undefined } {
  const fields: { data?: unknown; options?: unknown } = typeof body === 'object' && body !== null ? body : {}
  if (typeof fields.data !== 'object' || fields.data === null || Array.isArray(fields.data)) throw new VaultError(400, 'no data provided')
  const options: { cas?: unknown } | undefined = typeof fields.options === 'object' && fields.options !== null ? fields.options : undefined
  return { data: { ...fields.data }, options: typeof options?.cas === 'number' ? { cas: options.cas } : undefined }
}
