// The bridge of nested app authentication, as an Outlook that supports it puts it into the pane: MSAL's requests go to the page around
// the frame, whose broker answers. It is loaded after office.js, inside the pane's own page, so it cannot use modules.
;(() => {
  if (window.parent === window) return
  const waiting = new Map()
  let listeners = []
  let count = 0

  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || data?.bridge !== true) return
    waiting.get(data.id)?.(data.value)
    waiting.delete(data.id)
  })

  function ask(name, value) {
    count += 1
    const id = count
    window.parent.postMessage({ bridge: true, id, name, value }, '*')
    return new Promise((resolve) => waiting.set(id, resolve))
  }

  async function answerTo({ method, tokenParams }) {
    if (method === 'GetInitContext') {
      const accountContext = await ask('account')
      return {
        success: true,
        initContext: { sdkName: 'OutlookStandIn', sdkVersion: '1.0', capabilities: { queryAccount: true }, accountContext },
      }
    }
    const { scope, claims } = tokenParams
    const { error, token, account } = await ask('token', { scope, claims, interactive: method === 'GetTokenPopup' })
    return error ? { success: false, error } : { success: true, token, account }
  }

  window.nestedAppAuthBridge = {
    addEventListener: (_name, listener) => listeners.push(listener),
    removeEventListener: (_name, listener) => {
      listeners = listeners.filter((each) => each !== listener)
    },
    async postMessage(text) {
      const request = JSON.parse(text)
      const answer = await answerTo(request)
      const response = JSON.stringify({ messageType: 'NestedAppAuthResponse', requestId: request.requestId, ...answer })
      for (const listener of listeners) listener(response)
    },
  }
})()
