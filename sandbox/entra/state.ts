import type { CryptoKey } from 'jose'
import { openLedger, type Ledger, type TokenRequest } from '../ledger.ts'
import type { Directory, Person } from './directory.ts'
import type { KeyRing } from './keys.ts'

export type GraphToken = { id: string; person: Person; permissions: string[]; expiresAt: number }
type RefreshToken = {
  person: Person
  permissions: string[]
  resource: 'graph' | 'api'
  strong: boolean
  /** Issued to a page: redeemed without a secret, for a day after the sign-in. */
  spa: boolean
  issuedAt: number
  revoked: boolean
}
type Code = {
  person: Person
  redirectUri: string
  challenge: string
  scope: string
  nonce: string | undefined
  strong: boolean
  expiresAt: number
  used: boolean
}

export type EntraState = {
  /** `{sandbox}/entra`, the authority. */
  authority: string
  /** What a scope of Graph may begin with. */
  graphResources: string[]
  directory: Directory
  keyRing: KeyRing
  clientId: string
  clientSecret: string
  certificateKey: CryptoKey | null
  redirectUris: Set<string>
  spaRedirectUris: Set<string>
  consents: Map<string, Set<string>>
  /** What an administrator consented to for everyone, by tenant. */
  tenantConsents: Map<string, Set<string>>
  /** People who sent a request to an administrator from Microsoft's own form. */
  consentRequests: Person[]
  strongerSignIn: Set<string>
  disabled: Set<string>
  secretFails: boolean
  strictRotation: boolean
  graphTokenSeconds: number
  graphTokens: Map<string, GraphToken>
  refreshTokens: Map<string, RefreshToken>
  codes: Map<string, Code>
  ledger: Ledger<TokenRequest>
}

export function openEntraState(given: { url: string; directory: Directory; keyRing: KeyRing }): EntraState {
  return {
    authority: `${given.url}/entra`,
    graphResources: ['https://graph.microsoft.com', given.url],
    directory: given.directory,
    keyRing: given.keyRing,
    clientId: '6d41b0a2-0000-4000-8000-00000000b0a2',
    clientSecret: 'a-secret-of-the-stand-in~Q2',
    certificateKey: null,
    redirectUris: new Set(),
    spaRedirectUris: new Set(),
    consents: new Map(),
    tenantConsents: new Map(),
    consentRequests: [],
    strongerSignIn: new Set(),
    disabled: new Set(),
    secretFails: false,
    strictRotation: false,
    graphTokenSeconds: 3600,
    graphTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    ledger: openLedger(),
  }
}
