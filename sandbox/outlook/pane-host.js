// The host's side of the pane: tells it which mail is open, which language and colours, and is the broker behind its sign-in.

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
  const send = (message) => listening && frame.contentWindow.postMessage({ outlook: true, ...message }, origin)
  const theme = () => (state.dark ? themes.dark : themes.light)

  const requests = {
    body: async ({ id, coercionType }) => {
      if (state.open?.restId !== id) return ''
      return coercionType === 'html' ? state.open.body.content : textOf(state.open.body)
    },
    token: (asked) => token(state.person, asked, askAccount),
    'open-window': async ({ url }) => void window.open(url, '_blank'),
  }

  window.addEventListener('message', async ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin || data?.outlook !== true) return
    if (data.type === 'hello') {
      listening = true
      const { tenantId, objectId } = state.person
      const account = { homeAccountId: `${objectId}.${tenantId}`, environment: 'login.microsoftonline.com', tenantId }
      send({ type: 'context', language: state.language, theme: theme(), person: state.person, item: state.open, account })
    } else if (data.type === 'request') {
      send({ type: 'answer', id: data.id, value: await requests[data.name](data.value) })
    }
  })

  return {
    load: () => {
      listening = false
      frame.src = `${serverUrl}/taskpane.html`
    },
    itemChanged: () => send({ type: 'item', item: state.open }),
    themeChanged: () => send({ type: 'theme', theme: theme() }),
  }
}

/** Before the person has said yes once, a silent request is told that it has to ask. */
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

function textOf({ contentType, content }) {
  if (contentType !== 'html') return content
  const page = new DOMParser().parseFromString(content, 'text/html')
  for (const each of page.querySelectorAll('style, script')) each.remove()
  for (const each of page.querySelectorAll('br, p, div, tr, li, h1, h2, h3')) each.append('\n')
  return page.body.textContent.trim()
}
