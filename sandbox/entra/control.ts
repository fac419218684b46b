import { importX509 } from 'jose'
import type { Person, Tenant } from './directory.ts'
import { apiToken, idToken, type TokenOverrides } from './issue.ts'
import { consentsOf } from './scopes.ts'
import type { EntraState } from './state.ts'

export type EntraControl = ReturnType<typeof entraControl>

export function entraControl(state: EntraState) {
  const interaction = new Set<string>()
  return {
    people: state.directory.people,
    person: (reference: string) => state.directory.find(reference),
    addTenant: (name?: string, rules: Partial<Pick<Tenant, 'usersMayConsentTo' | 'takesRequests'>> = {}) =>
      state.directory.addTenant(name, undefined, rules),
    tenant: (id: string) => state.directory.tenants.get(id),
    makeAdministrator: (person: Person) => void state.directory.administrators.add(person.objectId),
    /** An administrator revokes a consent for everyone. */
    revokeTenantConsent: (tenantId: string) => void state.tenantConsents.delete(tenantId),
    consentRequests: state.consentRequests,
    addPerson: state.directory.addPerson,
    accessToken: (person: Person, overrides?: TokenOverrides) => apiToken(state, person, overrides),
    idToken: (person: Person, nonce?: string) => idToken(state, person, nonce),
    grant(person: Person, permissions: string[]) {
      for (const permission of permissions) consentsOf(state, person).add(permission)
    },
    revokeConsent: (person: Person) => consentsOf(state, person).clear(),
    /** Refuses every refresh token of this person from now on; access tokens stay valid until they expire, as with Entra. */
    revoke(person: Person) {
      for (const token of state.refreshTokens.values()) if (token.person === person) token.revoked = true
    },
    /** A day later, for this person's panes: a page's refresh token has expired. */
    endDay(person: Person) {
      for (const token of state.refreshTokens.values()) if (token.person === person && token.spa) token.issuedAt = 0
    },
    /** Graph refuses the current access tokens of this person's clients. */
    expireAccessTokens(person: Person) {
      for (const token of state.graphTokens.values()) if (token.person === person) token.expiresAt = 0
    },
    setAccessTokenLifetime(seconds: number) {
      state.graphTokenSeconds = seconds
    },
    requireStrongerSignIn(person: Person, on: boolean) {
      if (on) state.strongerSignIn.add(person.objectId)
      else state.strongerSignIn.delete(person.objectId)
    },
    /** The pane's broker answers silent requests with "interaction required" until someone has answered a window. */
    requireInteraction(person: Person, on: boolean) {
      if (on) interaction.add(person.objectId)
      else interaction.delete(person.objectId)
    },
    interactionRequired: (person: Person) => interaction.has(person.objectId),
    disablePerson(person: Person, on: boolean) {
      if (on) state.disabled.add(person.objectId)
      else state.disabled.delete(person.objectId)
    },
    failClientSecret(on: boolean) {
      state.secretFails = on
    },
    strictRotation(on: boolean) {
      state.strictRotation = on
    },
    rotateKeys: () => state.keyRing.rotate(),
    registerRedirectUri(uri: string, kind: 'web' | 'spa' = 'web') {
      const registered = kind === 'web' ? state.redirectUris : state.spaRedirectUris
      registered.add(uri)
    },
    async registerCertificate(pem: string) {
      state.certificateKey = await importX509(pem, 'PS256')
    },
    /** Answers the consent page at this address, a user's or an administrator's, as a person would; returns the address that the browser is sent to. */
    async answerConsent(address: string, decision: 'accept' | 'decline' | 'return' | 'request', person?: Person): Promise<string> {
      const shown = await fetch(address, { redirect: 'manual' })
      const straightOn = shown.headers.get('location')
      if (straightOn) return straightOn
      const hint = new URL(address).searchParams.get('login_hint') ?? ''
      const who = person ?? state.directory.find(hint) ?? state.directory.people[0]
      const body = new URLSearchParams({ decision, person: who?.objectId ?? '' })
      const answered = await fetch(address, { method: 'POST', body, redirect: 'manual' })
      const location = answered.headers.get('location')
      if (!location) throw new Error(`The consent page answered ${answered.status}: ${await answered.text()}`)
      return location
    },
    ledger: state.ledger,
  }
}
