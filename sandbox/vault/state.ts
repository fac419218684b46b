import { randomBytes, randomUUID } from 'node:crypto'
import { openLedger, type Ledger, type VaultCall } from '../ledger.ts'

export type VaultToken = {
  token: string
  accessor: string
  policies: string[]
  entityAlias: string | null
  parent: string | null
  createdAt: number
  expiresAt: number
  ttlSeconds: number
}

export type Secret = { version: number; createdAt: string; updatedAt: string; data: Record<string, unknown> }

export type VaultState = {
  mount: string
  roleId: string
  /** For a server without child tokens: its own token opens every connection. */
  roleIdAlone: string
  secretId: string
  tokenRole: string
  /** From the token role: the allowed names of child tokens. A star matches any end. */
  allowedEntityAliases: string[]
  sealed: boolean
  tokenSeconds: number
  childTokenSeconds: number
  tokens: Map<string, VaultToken>
  /** By path below the mount, one version each: `max_versions=1`. */
  secrets: Map<string, Secret>
  ledger: Ledger<VaultCall>
}

export function openVaultState(): VaultState {
  return {
    mount: 'mailboard',
    roleId: randomUUID(),
    roleIdAlone: randomUUID(),
    secretId: randomUUID(),
    tokenRole: 'mailboard-connection',
    allowedEntityAliases: ['6d61696c626f617264*'],
    sealed: false,
    tokenSeconds: 3600,
    childTokenSeconds: 300,
    tokens: new Map(),
    secrets: new Map(),
    ledger: openLedger(),
  }
}

export function issueToken(
  state: VaultState,
  given: { policies: string[]; ttlSeconds: number; entityAlias?: string | null; parent?: string | null },
): VaultToken {
  const now = Date.now()
  const issued = {
    token: `hvs.${randomBytes(72).toString('base64url')}`,
    accessor: randomBytes(18).toString('base64url'),
    policies: ['default', ...given.policies],
    entityAlias: given.entityAlias ?? null,
    parent: given.parent ?? null,
    createdAt: now,
    expiresAt: now + given.ttlSeconds * 1000,
    ttlSeconds: given.ttlSeconds,
  }
  state.tokens.set(issued.token, issued)
  return issued
}

/** Revoking a token also revokes its children. */
export function revokeToken(state: VaultState, token: string): void {
  state.tokens.delete(token)
  for (const child of state.tokens.values()) if (child.parent === token) revokeToken(state, child.token)
}
