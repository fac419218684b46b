// The broker behind nested app authentication: Outlook's requests to Entra on behalf of the pane.
import { z } from 'zod'
import type { Person } from '../entra/directory.ts'
import type { Sandbox } from '../sandbox.ts'

export const tokenRequest = z.object({
  person: z.string(),
  scope: z.string(),
  /** As MSAL passes them on. */
  claims: z.string().optional(),
  /** A window is open in front of a person: `GetTokenPopup`, not `GetToken`. */
  interactive: z.boolean().default(false),
})

export async function answerBrokerRequest({ entra }: Sandbox, person: Person, asked: z.infer<typeof tokenRequest>): Promise<unknown> {
  if (!/(^| )api:\/\/[^ ]+\/access_as_user( |$)/.test(asked.scope)) {
    return { error: { status: 'PERSISTENT_ERROR', code: 'invalid_scope', subError: '', description: `AADSTS70011: ${asked.scope}` } }
  }
  const challenged = asked.claims?.includes('"acrs"') ?? false
  if ((challenged || entra.interactionRequired(person)) && !asked.interactive) {
    const description = 'AADSTS50076: You must use multi-factor authentication.'
    return { error: { status: 'USER_INTERACTION_REQUIRED', code: 'interaction_required', subError: 'basic_action', description } }
  }
  if (asked.interactive) entra.requireInteraction(person, false)
  const idToken = await entra.idToken(person)
  return {
    token: {
      access_token: await entra.accessToken(person, challenged ? { acrs: ['c1'] } : {}),
      expires_in: 75 * 60,
      id_token: idToken,
      scope: asked.scope,
      properties: null,
    },
    account: {
      homeAccountId: `${person.objectId}.${person.tenantId}`,
      environment: 'login.microsoftonline.com',
      tenantId: person.tenantId,
      username: person.address,
      localAccountId: person.objectId,
      name: person.name,
      idToken,
    },
  }
}
