// Delegated permissions of Graph by their short names (Mail.Read), and as the scopes that name their resource.
import { isLoopbackHost } from '../upstream/loopback.ts'

const globalGraph = 'https://graph.microsoft.com'
const openIdScopes = ['openid', 'profile', 'email', 'offline_access']

/** Where Entra sends a browser back to, after a consent of a person as of an administrator. */
export const redirectUriOf = (publicUrl: string): string => `${publicUrl}/oauth/microsoft/callback`

/** Sovereign clouds have a Graph of their own; one on loopback stands for the global one. */
export function scopesFrom(permissions: readonly string[], graphUrl: string): string {
  const { origin, hostname } = new URL(graphUrl)
  const resource = isLoopbackHost(hostname) ? globalGraph : origin
  return permissions.map((permission) => `${resource}/${permission}`).join(' ')
}

export function permissionsFrom(scope: string): string[] {
  const names = scope
    .split(' ')
    .filter((word) => word !== '' && !openIdScopes.includes(word))
    .map((word) => word.slice(word.lastIndexOf('/') + 1))
  return [...new Set(names)]
}

export function covers(granted: readonly string[], wanted: readonly string[]): boolean {
  const names = new Set(granted.map((name) => name.toLowerCase()))
  return wanted.every((name) => names.has(name.toLowerCase()) || (name === 'Mail.Read' && names.has('mail.readwrite')))
}

export const united = (one: readonly string[], other: readonly string[]): string[] => [...new Set([...one, ...other])]
