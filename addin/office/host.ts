// Waits for the mail program. office.js may be slow, blocked by a filter, or run in a plain browser: each is an answer of its own.

export type Host = 'outlook' | 'browser' | 'blocked'

const patienceMs = 8000

export async function whenHostReady(timeoutMs = patienceMs): Promise<Host> {
  const late = new Promise<Host>((resolve) => setTimeout(() => resolve('blocked'), timeoutMs))
  return Promise.race([late, hostOnceLoaded()])
}

/** Whether Outlook signs its person in itself. */
export const hasNestedSignIn = (): boolean =>
  typeof Office !== 'undefined' && Office.context?.requirements?.isSetSupported('NestedAppAuth', '1.1') === true

async function hostOnceLoaded(): Promise<Host> {
  if (!(await scriptLoaded())) return 'blocked'
  const ready = await Office.onReady()
  restoreHistory()
  return ready.host === Office.HostType.Outlook && Office.context.mailbox !== undefined ? 'outlook' : 'browser'
}

async function scriptLoaded(): Promise<boolean> {
  if (typeof Office !== 'undefined') return true
  const script = document.getElementById('office-js')
  if (script === null) return false
  return new Promise((resolve) => {
    script.addEventListener('load', () => resolve(typeof Office !== 'undefined'), { once: true })
    script.addEventListener('error', () => resolve(false), { once: true })
  })
}

/** office.js sets pushState and replaceState of this window to null; the prototype still has them, and MSAL needs them. */
function restoreHistory() {
  for (const name of ['pushState', 'replaceState'] as const) {
    if (typeof window.history[name] !== 'function')
      Object.defineProperty(window.history, name, { value: History.prototype[name], configurable: true, writable: true })
  }
}
