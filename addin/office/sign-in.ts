// Signing in: nested app authentication where the host has it, MSAL's own window elsewhere. MSAL loads after the first paint and
// keeps the tokens; the pane asks for one at each call.
import type { AccountInfo, IPublicClientApplication } from '@azure/msal-browser'
import { DialogError, type Handed, needsDialog, tokenFromDialog } from './dialog.ts'
import { hasNestedSignIn } from './host.ts'
import { recall, remember, watch } from './storage.ts'
import { readPaneSettings } from './settings.ts'

export type SignInFailure = 'interaction-required' | 'cancelled' | 'popup-blocked' | 'offline' | 'unknown'

export class SignInError extends Error {
  readonly reason: SignInFailure
  constructor(reason: SignInFailure, cause: unknown) {
    super(`Sign-in: ${reason}`, { cause })
    this.reason = reason
  }
}

type Question = { interactive?: boolean; claims?: string; fresh?: boolean }

/** What lies between a person and the button that lets them sign in: the hidden frame's patience, and that for all of a silent attempt. */
const frameMs = 4_000
const silenceMs = 5_000

/** The last silent attempt ended with a person being needed: another one would only use up the click that may open a window. */
let needsPerson = false
let application: Promise<IPublicClientApplication> | undefined
let account: AccountInfo | undefined

/** Loads MSAL ahead of need. */
export const prepareSignIn = () => void client().catch(() => undefined)

export const wasSignedOut = () => recall('signed-out') === 'yes'

/** The pane's other windows sign out, this one does not. */
export const tellOtherWindows = () => remember('signed-out', 'yes')

export const onSignedOutElsewhere = (listener: () => void) => watch('signed-out', (value) => value === 'yes' && listener())

/** An access token for this product's own server, never for Microsoft Graph. */
export async function accessToken({ interactive = false, claims, fresh = false }: Question = {}): Promise<string> {
  const scopes = [readPaneSettings().scope]
  try {
    if (!hasNestedSignIn() && needsDialog()) return await tokenByDialog({ interactive, claims, fresh })
    const msal = await client()
    account ??= msal.getActiveAccount() ?? msal.getAllAccounts()[0]
    const request = { scopes, ...(account && { account }), ...(claims && { claims }) }
    const result = interactive
      ? await msal.acquireTokenPopup({ ...request, ...(account ? {} : { prompt: 'select_account' }) })
      : await inSilence(msal.acquireTokenSilent({ ...request, forceRefresh: fresh }))
    account = result.account
    needsPerson = false
    remember('signed-out', null)
    return result.accessToken
  } catch (error) {
    const reason = reasonOf(error, interactive)
    if (!interactive && reason !== 'offline') needsPerson = true
    throw new SignInError(reason, error)
  }
}

/** Such a token is used to its end: nothing can renew it without the person. */
async function tokenByDialog({ interactive, claims, fresh }: Omit<Question, 'claims'> & { claims: string | undefined }): Promise<string> {
  const kept = handedOver()
  if (!interactive) {
    if (kept !== undefined && !fresh && claims === undefined) return kept.accessToken
    throw new SignInError('interaction-required', 'Only a dialog can sign in here')
  }
  const handed = await tokenFromDialog(claims)
  sessionStorage.setItem(handedKey, JSON.stringify(handed))
  needsPerson = false
  remember('signed-out', null)
  return handed.accessToken
}

function handedOver(): Handed | undefined {
  const text = sessionStorage.getItem(handedKey)
  const handed: Handed | undefined = text === null ? undefined : JSON.parse(text)
  return handed !== undefined && handed.expiresAt > Date.now() + aheadMs ? handed : undefined
}

const handedKey = 'mailboard.handed-over'
const aheadMs = 60_000

/** Outlook's own broker takes its time; Microsoft's hidden frame, or what stands between, may never answer. */
function inSilence<Result>(attempt: Promise<Result>): Promise<Result> {
  if (hasNestedSignIn()) return attempt
  let timer: ReturnType<typeof setTimeout>
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SignInError('interaction-required', 'No answer in silence')), silenceMs)
  })
  return Promise.race([attempt, late]).finally(() => clearTimeout(timer))
}

/**
 * Silent where that is possible, else with Microsoft's window. Call it from a click. Outlook may still hold the token of before
 * an erasure, which signed its person out and after which the server takes only later ones.
 */
export async function signIn(): Promise<void> {
  if (needsPerson) return void (await accessToken({ interactive: true }))
  try {
    await accessToken({ fresh: wasSignedOut() })
  } catch (error) {
    if (error instanceof SignInError && error.reason === 'offline') throw error
    await accessToken({ interactive: true })
  }
}

const erasures = new EventTarget()

/** The server knows this sign-in no more. A new one is for its person to ask for: everything that asks by itself stops first. */
export async function leaveErased(): Promise<void> {
  erasures.dispatchEvent(new Event('erased'))
  await signOut()
}

export function onErased(listener: () => void): () => void {
  erasures.addEventListener('erased', listener)
  return () => erasures.removeEventListener('erased', listener)
}

/** Under nested authentication the account is Outlook's own and stays; the pane forgets its token either way. */
export async function signOut(): Promise<void> {
  remember('signed-out', 'yes')
  sessionStorage.removeItem(handedKey)
  const msal = await client()
  await msal.clearCache(account ? { account } : undefined).catch(() => undefined)
  account = undefined
}

const client = () => (application ??= createClient())

async function createClient(): Promise<IPublicClientApplication> {
  const { createNestablePublicClientApplication } = await import('@azure/msal-browser')
  const { clientId, authority } = readPaneSettings()
  return createNestablePublicClientApplication({
    auth: { clientId, authority, knownAuthorities: [new URL(authority).host], redirectUri: `${location.origin}/auth.html` },
    cache: { cacheLocation: 'sessionStorage' },
    system: { iframeBridgeTimeout: frameMs },
  })
}

const reasons: Record<string, SignInFailure> = {
  user_cancelled: 'cancelled',
  user_canceled: 'cancelled',
  popup_window_error: 'popup-blocked',
  empty_window_error: 'popup-blocked',
  no_network_connectivity: 'offline',
  no_network: 'offline',
  no_account_error: 'interaction-required',
  no_account_found: 'interaction-required',
  no_tokens_found: 'interaction-required',
  interaction_required: 'interaction-required',
}

const frameCodes = ['timed_out', 'monitor_window_timeout', 'empty_response', 'hash_empty_error', 'redirect_bridge_empty_response']

function reasonOf(error: unknown, interactive: boolean): SignInFailure {
  if (error instanceof SignInError) return error.reason
  if (!(error instanceof Error)) return 'unknown'
  if (error instanceof DialogError) return reasons[error.errorCode] ?? 'unknown'
  if (error.name === 'InteractionRequiredAuthError') return 'interaction-required'
  const code = 'errorCode' in error ? String(error.errorCode) : ''
  // A hidden frame that Microsoft, or the browser, does not let answer.
  if (!interactive && frameCodes.includes(code)) return 'interaction-required'
  return reasons[code] ?? 'unknown'
}
