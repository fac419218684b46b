import { randomUUID } from 'node:crypto'
import type { VaultToken } from './state.ts'

export class VaultError extends Error {
  readonly status: number
  readonly errors: string[]

  constructor(status: number, ...errors: string[]) {
    super(errors.join(', '))
    this.status = status
    this.errors = errors
  }
}

export const permissionDenied = () => new VaultError(403, '1 error occurred:\n\t* permission denied\n\n')

export function usualVaultError(status: number): unknown {
  const words: Record<number, string> = { 403: 'permission denied', 500: 'internal error', 503: 'Vault is sealed' }
  return { errors: [words[status] ?? 'error'] }
}

export function answer(parts: { data?: unknown; auth?: unknown }): Record<string, unknown> {
  return {
    request_id: randomUUID(),
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: parts.data ?? null,
    wrap_info: null,
    warnings: null,
    auth: parts.auth ?? null,
  }
}

export function authOf(token: VaultToken): Record<string, unknown> {
  return {
    client_token: token.token,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: {},
    lease_duration: remainingSeconds(token),
    renewable: true,
    entity_id: token.entityAlias === null ? '' : token.accessor,
    token_type: 'service',
    orphan: token.parent === null,
    mfa_requirement: null,
    num_uses: 0,
  }
}

export const remainingSeconds = ({ expiresAt }: VaultToken) => Math.max(0, Math.ceil((expiresAt - Date.now()) / 1000))
