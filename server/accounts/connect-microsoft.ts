// Connects a mailbox on behalf of its owner, with the token that their pane brought. Where Entra wants more than that –
// consent, a stronger sign-in – the owner is told what, and does it themselves.
import type { ApprovalCheck, Connection } from '../../contract/connection.ts'
import { findConnection } from '../connections/connection-store.ts'
import type { Refusal } from '../connections/entra-refusal.ts'
import type { Granted } from '../connections/entra.ts'
import { covers, united } from '../connections/scopes.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { forgetApprovalRequired, isApprovalRequired, noteApprovalRequired } from '../people/approval-store.ts'
import { approvalUrlOf } from './approval-state.ts'
import { completeConnection, oneAtATime, type Owner } from './complete-connection.ts'
import { openConsentPage } from './consent-store.ts'
import type { AccountDeps, Wish } from './account-deps.ts'

export type Caller = { person: Owner; assertion: string }

export function connectMicrosoft(deps: AccountDeps, { person, assertion }: Caller, wish: Wish): Promise<Connection> {
  return oneAtATime(deps, person, async () => {
    const known = await asPerson(deps.db, person, (trx) => findConnection(trx, person.personId, 'microsoft'))
    // More permissions later widen the connection, never narrow it.
    const wanted = { ...wish, scopes: united(known?.scopes ?? [], wish.scopes) }
    const answer = await exchange(deps, { person, assertion }, wanted.scopes)
    if ('refusal' in answer) throw await problemOf(deps, person, wanted, answer.refusal)
    return completeConnection(deps, person, answer.grant, wanted)
  })
}

/** The exchange alone: what comes of it is not kept, and nothing is read of the mailbox. */
export async function checkApproval(deps: AccountDeps, { person, assertion }: Caller, scopes: readonly string[]): Promise<ApprovalCheck> {
  const known = await asPerson(deps.db, person, (trx) => findConnection(trx, person.personId, 'microsoft'))
  const answer = await exchange(deps, { person, assertion }, united(known?.scopes ?? [], scopes))
  const approvalUrl = approvalUrlOf(deps.config, person)
  if (!('refusal' in answer) || !consentVerdicts.has(answer.refusal.verdict)) return { state: 'approved', approvalUrl }
  const isRequired = await asSystem(deps.db, (trx) => isApprovalRequired(trx, person))
  return { state: isRequired ? 'approval-required' : 'consent-required', approvalUrl }
}

const consentVerdicts: ReadonlySet<Refusal['verdict']> = new Set(['consent-required', 'approval-required'])

/** What Microsoft says of an administrator is remembered until an exchange gives all that was asked for. */
async function exchange({ db, tokens }: AccountDeps, { person, assertion }: Caller, scopes: readonly string[]): Promise<Granted> {
  const answer = await tokens.entra.exchangeOnBehalfOf({ tenantId: person.tenantId, assertion, scopes })
  if ('refusal' in answer) {
    if (answer.refusal.verdict === 'approval-required') await asSystem(db, (trx) => noteApprovalRequired(trx, person))
    return answer
  }
  if (!covers(answer.grant.scopes, scopes)) return { refusal: { verdict: 'consent-required' } }
  await asSystem(db, (trx) => forgetApprovalRequired(trx, person))
  return answer
}

async function problemOf(deps: AccountDeps, person: Owner, wanted: Wish, refusal: Refusal): Promise<Problem> {
  switch (refusal.verdict) {
    case 'consent-required':
    case 'approval-required':
      return consentRequired(deps, person, wanted)
    case 'interaction-required':
      // Without claims there is nothing that the pane could ask for; Microsoft's own page knows what is missing.
      if (refusal.claims === undefined) return consentRequired(deps, person, wanted)
      return new Problem('stronger-sign-in', 'Your organization asks for an extra verification.', { claims: refusal.claims })
    case 'bad-assertion':
      return new Problem('unauthorized', 'Microsoft does not accept this sign-in. Sign in again.')
    case 'blocked':
      return new Problem('microsoft-refused', 'The rules of your organization do not allow this.')
    case 'revoked':
      return new Problem('microsoft-refused', 'Microsoft does not allow this account to connect. Sign in again, or ask your administrator.')
  }
}

/** With an administrator needed the window stays open to the person as well: they may be one, or the rules may have changed. */
async function consentRequired(deps: AccountDeps, person: Owner, wanted: Wish): Promise<Problem> {
  const consentUrl = await openConsentPage(deps, person, wanted)
  const extra = { scopes: [...wanted.scopes], consentUrl, approvalUrl: approvalUrlOf(deps.config, person) }
  if (await asSystem(deps.db, (trx) => isApprovalRequired(trx, person)))
    return new Problem('admin-approval-required', 'Your organization lets only an administrator approve these permissions.', extra)
  return new Problem(
    'consent-required',
    'Microsoft asks for your consent first. Some organizations require an administrator to approve.',
    extra,
  )
}
