import type { Person } from './directory.ts'
import type { EntraState } from './state.ts'
import { TokenError } from './token-error.ts'

export const graphPermissions = {
  'Mail.ReadBasic': 'Read the basic properties of your mail',
  'Mail.Read': 'Read your mail',
  'Mail.ReadWrite': 'Read, change and make drafts of your mail',
  'Mail.Send': 'Send mail as you',
  'User.Read': 'Sign you in and read your profile',
  'MailboxSettings.Read': 'Read your mailbox settings',
} as const

const apiPermission = 'access_as_user'

export type Scopes = { resource: 'graph' | 'api' | null; permissions: string[]; openId: string[] }

const openIdScopes = ['openid', 'profile', 'email', 'offline_access']

/** Reads short and full scope names; all must belong to one resource. */
export function readScopes(state: EntraState, text: string): Scopes {
  const openId: string[] = []
  const permissions: string[] = []
  const resources = new Set<'graph' | 'api'>()
  for (const word of text.split(' ').filter(Boolean)) {
    if (openIdScopes.includes(word)) {
      openId.push(word)
      continue
    }
    const { resource, name } = splitScope(state, word)
    resources.add(resource)
    permissions.push(name)
  }
  if (resources.size > 1) throw new TokenError(28000)
  const [resource = null] = resources
  return { resource, permissions, openId }
}

export function fullScope(resource: 'graph' | 'api', clientId: string, permission: string): string {
  return resource === 'graph' ? `https://graph.microsoft.com/${permission}` : `api://${clientId}/${permission}`
}

export function consentsOf(state: EntraState, person: Person): Set<string> {
  const consents = state.consents.get(person.objectId) ?? new Set()
  state.consents.set(person.objectId, consents)
  return consents
}

const tenantConsentsOf = (state: EntraState, { tenantId }: Person) => state.tenantConsents.get(tenantId) ?? new Set<string>()

export const isConsented = (state: EntraState, person: Person, permission: string): boolean =>
  consentsOf(state, person).has(permission) || tenantConsentsOf(state, person).has(permission)

/** Delegated Graph permissions, among those known here, that Microsoft's default leaves to administrators. */
const leftToAdministrators = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite', 'MailboxSettings.Read']

/** Whether a person with more rights must consent to the missing permissions. */
export function needsAdministrator(state: EntraState, person: Person, permissions: string[]): boolean {
  const { tenants, administrators } = state.directory
  if (tenants.get(person.tenantId)?.usersMayConsentTo === 'all' || administrators.has(person.objectId)) return false
  return permissions.some((permission) => leftToAdministrators.includes(permission) && !isConsented(state, person, permission))
}

/** The permissions granted to a request, or a refusal because consent is missing. */
export function grantedPermissions(state: EntraState, person: Person, { resource, permissions }: Scopes): string[] {
  if (resource === 'api') return permissions
  const all = [...new Set([...consentsOf(state, person), ...tenantConsentsOf(state, person)])]
  const wanted = permissions.includes('.default') ? all : permissions
  if (wanted.length === 0 || wanted.some((permission) => !all.includes(permission))) throw new TokenError(65001)
  return wanted
}

function splitScope(state: EntraState, word: string): { resource: 'graph' | 'api'; name: string } {
  const api = [`api://${state.clientId}/`, `${state.clientId}/`].find((prefix) => word.startsWith(prefix))
  if (api) {
    const name = word.slice(api.length)
    if (name !== apiPermission && name !== '.default') throw new TokenError(70011, { detail: word })
    return { resource: 'api', name: apiPermission }
  }
  const graph = state.graphResources.map((resource) => `${resource}/`).find((prefix) => word.startsWith(prefix))
  const short = word.slice(graph?.length ?? 0)
  if (short === '.default') return { resource: 'graph', name: short }
  const name = Object.keys(graphPermissions).find((permission) => permission.toLowerCase() === short.toLowerCase())
  if (!name) throw new TokenError(70011, { detail: word })
  return { resource: 'graph', name }
}
