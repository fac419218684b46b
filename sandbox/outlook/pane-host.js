// The host's side of the pane: tells it the open message, the language and the colors, and is the broker for its sign-in.
import { officeHost } from './office-host.js'

const themes = {
  light: {
    bodyBackgroundColor: '#ffffff',
    bodyForegroundColor: '#242424',
    controlBackgroundColor: '#ffffff',
    controlForegroundColor: '#242424',
  },
  dark: {
    bodyBackgroundColor: '#262626',
    bodyForegroundColor: '#ffffff',
    controlBackgroundColor: '#333333',
    controlForegroundColor: '#ffffff',
  },
}

export function paneHost({ frame, serverUrl, state, askAccount }) {
  const origin = new URL(serverUrl).origin
  let listening = false
  const send = (message) => frame.contentWindow.postMessage(message, origin)
  const tell = (message) => listening && send({ outlook: true, ...message })
  const theme = () => (state.dark ? themes.dark : themes.light)
  const genuine = officeHost({ frame, paneOrigin: origin, state, theme, bodyOf })

  const requests = {
    body: async ({ id, coercionType }) => (state.open?.restId === id ? bodyOf(state.open, coercionType) : ''),
    'open-window': async ({ url }) => void window.open(url, '_blank'),
  }
  const broker = {
    account: async () => {
      const { tenantId, objectId } = state.person
      return { homeAccountId: `${objectId}.${tenantId}`, environment: 'login.microsoftonline.com', tenantId }
    },
    token: (asked) => token(state.person, asked, askAccount),
  }

  window.addEventListener('message', async ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin) return
    if (data?.bridge === true) return send({ bridge: true, id: data.id, value: await broker[data.name](data.value) })
    if (data?.outlook !== true) return
    if (data.type === 'hello') {
      listening = true
      tell({ type: 'context', language: state.language, theme: theme(), person: state.person, item: state.open })
    } else if (data.type === 'request') {
      tell({ type: 'answer', id: data.id, value: await requests[data.name](data.value) })
    }
  })

  return {
    load: () => {
      listening = false
      frame.src = genuine.addressOf(`${serverUrl}/taskpane.html`)
    },
    itemChanged: () => {
      tell({ type: 'item', item: state.open })
      genuine.itemChanged()
    },
    themeChanged: () => {
      tell({ type: 'theme', theme: theme() })
      genuine.themeChanged()
    },
  }
}

/** Until the person has agreed once, a silent request gets "interaction required". */
async function token({ objectId }, { scope, claims, interactive }, askAccount) {
  const key = `signed-in-${objectId}`
  const refuse = (status, code) => ({ error: { status, code, subError: '', description: code } })
  if (!interactive && sessionStorage.getItem(key) === null) return refuse('USER_INTERACTION_REQUIRED', 'interaction_required')
  if (interactive && !(await askAccount())) return refuse('USER_CANCEL', 'user_cancelled')
  sessionStorage.setItem(key, 'yes')
  const response = await fetch('/sandbox/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person: objectId, scope, interactive, ...(claims && { claims }) }),
  }).catch(() => null)
  if (response === null) return refuse('NO_NETWORK', 'no_network')
  return response.ok ? response.json() : refuse('PERSISTENT_ERROR', 'server_error')
}

const bodyOf = async ({ body }, coercionType) => (coercionType === 'html' ? body.content : textOf(body))

function textOf({ contentType, content }) {
  if (contentType !== 'html') return content
  const page = new DOMParser().parseFromString(content, 'text/html')
  for (const each of page.querySelectorAll('style, script')) each.remove()
  // Outlook shows where a link leads.
  for (const each of page.querySelectorAll('a[href]')) each.append(`<${each.getAttribute('href')}>`)
  for (const each of page.querySelectorAll('br, p, div, tr, li, h1, h2, h3')) each.append('\n')
  return page.body.textContent.trim()
}
