// What a token may do, in the form of Vault's policies. Everything else is refused: no listing, no `sys`.
import type { VaultToken } from './state.ts'

export type Capability = 'create' | 'read' | 'update' | 'delete' | 'list'
type Line = { path: string; capabilities: Capability[] }

const policies: Record<string, Line[]> = {
  default: [
    { path: 'auth/token/lookup-self', capabilities: ['read'] },
    { path: 'auth/token/renew-self', capabilities: ['update'] },
    { path: 'auth/token/revoke-self', capabilities: ['update'] },
  ],
  'mailboard-server': [{ path: 'auth/token/create/mailboard-connection', capabilities: ['create', 'update'] }],
  'mailboard-server-alone': [
    { path: 'mailboard/data/connections/*', capabilities: ['create', 'read', 'update'] },
    { path: 'mailboard/metadata/connections/*', capabilities: ['read', 'delete'] },
    { path: 'mailboard/data/ledger/*', capabilities: ['create', 'read', 'update'] },
    { path: 'mailboard/metadata/ledger/*', capabilities: ['delete'] },
  ],
  // The alias stands for `{{identity.entity.aliases.<accessor of the token mount>.name}}`.
  'mailboard-connection': [
    { path: 'mailboard/data/connections/{{alias}}', capabilities: ['create', 'read', 'update'] },
    { path: 'mailboard/metadata/connections/{{alias}}', capabilities: ['read', 'delete'] },
    { path: 'mailboard/data/ledger/{{alias}}', capabilities: ['create', 'read', 'update'] },
    { path: 'mailboard/metadata/ledger/{{alias}}', capabilities: ['delete'] },
  ],
}

export function allows(token: VaultToken, path: string, capability: Capability): boolean {
  const lines = token.policies.flatMap((name) => policies[name] ?? [])
  return lines.some((line) => line.capabilities.includes(capability) && covers(line.path, path, token.entityAlias))
}

function covers(pattern: string, path: string, alias: string | null): boolean {
  if (pattern.includes('{{alias}}') && alias === null) return false
  const own = pattern.replace('{{alias}}', alias ?? '')
  return own.endsWith('*') ? path.startsWith(own.slice(0, -1)) : path === own
}
