// Connects a mailbox on behalf of its owner, with the token that their pane brought. Where Entra wants more than that –
// consent, a stronger sign-in – the owner is told what, and does it themselves.
import type { Connection } from '../../contract/connection.ts'
import { findConnection } from '../connections/connection-store.ts'
import type { Refusal } from '../connections/entra-refusal.ts'
import { covers, united } from '../connections/scopes.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { completeConnection, oneAtATime, type Owner } from './complete-connection.ts'
import { openConsentPage } from './consent-store.ts'
import type { MailboxDeps, Wish } from './mailbox-deps.ts'

export type Caller = { person: Owner; assertion: string }

export function connectMicrosoft(deps: MailboxDeps, { person, assertion }: Caller, wish: Wish): Promise<Connection> {
  return oneAtATime(deps, person, async () => {
    const known = await asPerson(deps.db, person, (trx) => findConnection(trx, person.personId, 'microsoft'))
    // More permissions later widen the connection, never narrow it.
    const wanted = { ...wish, scopes: united(known?.scopes ?? [], wish.scopes) }
    const answer = await deps.tokens.entra.exchangeOnBehalfOf({ tenantId: person.tenantId, assertion, scopes: wanted.scopes })
    if ('refusal' in answer) throw await problemOf(deps, person, wanted, answer.refusal)
    if (!covers(answer.grant.scopes, wanted.scopes)) throw await consentRequired(deps, person, wanted)
    return completeConnection(deps, person, answer.grant, wanted)
  })
}

async function problemOf(deps: MailboxDeps, person: Owner, wanted: Wish, refusal: Refusal): Promise<Problem> {
  switch (refusal.verdict) {
    case 'consent-required':
      return consentRequired(deps, person, wanted)
    case 'interaction-required':
      // Without claims there is nothing that the pane could ask for; Microsoft's own page knows what is missing.
      if (refusal.claims === undefined) return consentRequired(deps, person, wanted)
      return new Problem('stronger-sign-in', 'Your organisation asks for a stronger sign-in.', { claims: refusal.claims })
    case 'bad-assertion':
      return new Problem('unauthorized', 'Microsoft does not take this sign-in for an exchange. Sign in again.')
    case 'blocked':
      return new Problem('microsoft-refused', 'The rules of your organisation do not allow this.')
    case 'revoked':
      return new Problem('microsoft-refused', 'Microsoft does not let this account connect. Sign in again, or ask your administrator.')
  }
}

async function consentRequired(deps: MailboxDeps, person: Owner, wanted: Wish): Promise<Problem> {
  const consentUrl = await openConsentPage(deps, person, wanted)
  return new Problem('consent-required', 'Microsoft asks for your consent first.', { scopes: [...wanted.scopes], consentUrl })
}
