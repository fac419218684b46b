// Where Microsoft's sign-in window ends in hosts without nested app authentication: it hands the answer to the pane and closes.
import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge'

broadcastResponseToMainFrame().catch((error: unknown) => {
  document.body.textContent = error instanceof Error ? error.message : String(error)
})
