// The page of the dialog: it goes to Microsoft in its own window, and hands what it comes back with to the pane.
import { createStandardPublicClientApplication } from '@azure/msal-browser'
import { whenHostReady } from './host.ts'
import { readPaneSettings } from './settings.ts'

const { clientId, authority, scope } = readPaneSettings()
const hasAsked = 'mailboard.dialog-has-asked'

await whenHostReady()
try {
  const msal = await createStandardPublicClientApplication({
    auth: { clientId, authority, knownAuthorities: [new URL(authority).host], redirectUri: `${location.origin}/auth.html` },
    cache: { cacheLocation: 'sessionStorage' },
  })
  const result = await msal.handleRedirectPromise()
  if (result !== null) tell({ accessToken: result.accessToken, expiresAt: result.expiresOn?.getTime() ?? 0 })
  // Back without an answer it must not go round in circles.
  else if (sessionStorage.getItem(hasAsked) !== null) tell({ error: 'user_cancelled' })
  else {
    sessionStorage.setItem(hasAsked, 'yes')
    const claims = new URL(location.href).searchParams.get('claims')
    await msal.acquireTokenRedirect({ scopes: [scope], prompt: 'select_account', ...(claims && { claims }) })
  }
} catch (error) {
  tell({ error: error instanceof Error && 'errorCode' in error ? String(error.errorCode) : 'unknown' })
}

function tell(answer: object) {
  sessionStorage.removeItem(hasAsked)
  Office.context.ui.messageParent(JSON.stringify(answer))
}
