import type { Person } from './directory.ts'
import { graphPermissions, readScopes } from './scopes.ts'
import type { EntraState } from './state.ts'

type Shown = { state: EntraState; people: Person[]; chosen: Person; scope: string; tenant: string }

/** The form posts to its own address: the request stays in the query and is checked again. */
export function authorizePage({ state, people, chosen, scope, tenant }: Shown): string {
  const { permissions, openId } = readScopes(state, scope)
  const named: Record<string, string> = graphPermissions
  const lines = permissions.map(
    (name) => `<li><strong>${escapeHtml(named[name] ?? 'Sign in')}</strong><br><small>${escapeHtml(name)}</small></li>`,
  )
  if (openId.includes('offline_access')) lines.push('<li><strong>Maintain access to data you have given it access to</strong></li>')
  const options = people.map(
    ({ objectId, name, address }) =>
      `<option value="${objectId}"${objectId === chosen.objectId ? ' selected' : ''}>${escapeHtml(name)} – ${escapeHtml(address)}</option>`,
  )
  const organisation = state.directory.tenants.get(tenant)?.name ?? 'Work or school account'
  return page(
    'Permissions requested',
    `<p class="org">${escapeHtml(organisation)} <em>(stand-in for Microsoft Entra)</em></p>
    <h1>Permissions requested</h1>
    <p><strong>Mailboard</strong> would like to:</p>
    <ul>${lines.join('')}</ul>
    <form method="post">
      <label>Signed in as <select name="person">${options.join('')}</select></label>
      ${state.directory.administrators.has(chosen.objectId) ? '<p><label><input type="checkbox" name="forAll" value="yes"> Consent on behalf of your organization</label></p>' : ''}
      <p><button name="decision" value="decline">Decline</button> <button class="main" name="decision" value="accept">Accept</button></p>
    </form>`,
  )
}

/** The page for a user when only an administrator may consent. A different person who signs in is checked again. */
export function approvalNeededPage({
  person,
  people,
  takesRequests,
}: {
  person: Person
  people: Person[]
  takesRequests: boolean
}): string {
  const options = people.map(({ objectId, name }) => `<option value="${objectId}">${escapeHtml(name)}</option>`)
  const request = `<form method="post"><input type="hidden" name="person" value="${person.objectId}">
    <label>Enter justification for requesting this app <textarea name="justification"></textarea></label>
    <p><button class="main" name="decision" value="request">Request approval</button></p></form>`
  return page(
    'Need admin approval',
    `<p class="org">${escapeHtml(person.address)} <em>(stand-in for Microsoft Entra)</em></p>
    <h1>Need admin approval</h1>
    <p><strong>Mailboard</strong> needs permission to access resources in your organization that only an admin can grant.
    Please ask an admin to grant permission to this app before you can use it.</p>
    ${takesRequests ? request : ''}
    <form method="post"><p><label>Have an admin account? Sign in with that account <select name="person">${options.join('')}</select></label>
    <button name="decision" value="sign-in">Sign in</button></p></form>
    <form method="post"><p><button name="decision" value="return">Return to the application without granting consent</button></p></form>`,
  )
}

/** The administrator's page: for everyone in the tenant. */
export function adminConsentPage({ tenant, permissions, people }: { tenant: string; permissions: string[]; people: Person[] }): string {
  const named: Record<string, string> = graphPermissions
  const lines = permissions.map(
    (name) => `<li><strong>${escapeHtml(named[name] ?? name)}</strong><br><small>${escapeHtml(name)}</small></li>`,
  )
  const options = people.map(
    ({ objectId, name, address }) => `<option value="${objectId}">${escapeHtml(name)} – ${escapeHtml(address)}</option>`,
  )
  return page(
    'Permissions requested',
    `<p class="org">${escapeHtml(tenant)} <em>(stand-in for Microsoft Entra)</em></p>
    <h1>Permissions requested</h1>
    <p>Review for your organization</p>
    <p>If you accept, <strong>Mailboard</strong> will get access to these resources for all users in your organization:</p>
    <ul>${lines.join('')}<li><strong>Maintain access to data you have given it access to</strong></li></ul>
    <form method="post">
      <label>Signed in as <select name="person">${options.join('')}</select></label>
      <p><button name="decision" value="decline">Cancel</button> <button class="main" name="decision" value="accept">Accept</button></p>
    </form>`,
  )
}

export function errorPage(text: string): string {
  return page('Sign-in failed', `<h1>Sorry, but we’re having trouble signing you in.</h1><p>${escapeHtml(text)}</p>`)
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:15px/1.5 "Segoe UI",system-ui,sans-serif;background:#f2f2f2;margin:0}main{background:#fff;max-width:26rem;margin:8vh auto;padding:2rem;
box-shadow:0 2px 6px #0003}h1{font-size:1.4rem;font-weight:600}.org{color:#555}li{margin:.6rem 0}select{width:100%}
button{font:inherit;padding:.4rem 1.6rem;border:0;background:#ddd}button.main{background:#0067b8;color:#fff}form p{text-align:right}</style></head>
<body><main>${body}</main></body></html>`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
