// A small stand-in for Microsoft's office.js: the page around the frame answers what the taskpane asks of Office. It is loaded inside the
// pane's own page, so it cannot use modules. The genuine office.js talks to office-host.js instead.
;(() => {
  const framed = window.parent !== window
  const waiting = new Map()
  const handlers = new Map()
  let context
  let count = 0

  const ready = new Promise((resolve) => {
    if (!framed) return resolve({ host: null, platform: null })
    window.addEventListener('message', ({ source, data }) => {
      if (source !== window.parent || data?.outlook !== true) return
      if (data.type === 'context') {
        context = data
        resolve({ host: 'Outlook', platform: 'OfficeOnline' })
      } else if (data.type === 'item') {
        context = { ...context, item: data.item }
        fire('olkItemSelectedChanged', { type: 'olkItemSelectedChanged' })
      } else if (data.type === 'theme') {
        context = { ...context, theme: data.theme }
        fire('officeThemeChanged', { type: 'officeThemeChanged', officeTheme: data.theme })
      } else if (data.type === 'answer') {
        waiting.get(data.id)?.(data.value)
        waiting.delete(data.id)
      }
    })
    window.parent.postMessage({ outlook: true, type: 'hello' }, '*')
  })

  function ask(name, value) {
    count += 1
    const id = count
    window.parent.postMessage({ outlook: true, type: 'request', id, name, value }, '*')
    return new Promise((resolve) => waiting.set(id, resolve))
  }

  function fire(type, event) {
    for (const handler of handlers.get(type) ?? []) handler(event)
  }

  const person = ({ name, address }) => ({ displayName: name, emailAddress: address, recipientType: 'other' })
  const succeeded = (value) => ({ status: 'succeeded', value })

  function itemFrom(mail) {
    if (!mail) return null
    return {
      itemId: mail.id,
      itemType: 'message',
      itemClass: mail.itemClass,
      subject: mail.subject,
      normalizedSubject: mail.subject.replace(/^((re|fw|fwd|tr|réf)\s*:\s*)+/i, ''),
      from: mail.from ? person(mail.from) : undefined,
      sender: mail.sender ? person(mail.sender) : undefined,
      to: mail.to.map(person),
      cc: mail.cc.map(person),
      dateTimeCreated: new Date(mail.receivedAt),
      dateTimeModified: new Date(mail.receivedAt),
      conversationId: mail.conversationId,
      internetMessageId: mail.internetMessageId,
      attachments: mail.attachments.map(({ id, name, size, contentType, isInline }) => ({
        id,
        name,
        size,
        contentType,
        isInline,
        attachmentType: 'file',
      })),
      body: {
        getAsync(coercionType, ...rest) {
          const callback = rest.at(-1)
          void ask('body', { id: mail.restId, coercionType }).then((text) => callback(succeeded(text)))
        },
      },
    }
  }

  const mailbox = {
    get item() {
      return itemFrom(context.item)
    },
    get userProfile() {
      const { name, address } = context.person
      return { displayName: name, emailAddress: address, timeZone: 'Romance Standard Time', accountType: 'office365' }
    },
    diagnostics: { hostName: 'OutlookWebApp', hostVersion: '0.0.0.0', OWAView: 'ThreeColumns' },
    convertToRestId: (id) => id.replaceAll('/', '-').replaceAll('+', '_'),
    convertToEwsId: (id) => id.replaceAll('-', '/').replaceAll('_', '+'),
    addHandlerAsync(type, handler, ...rest) {
      handlers.set(type, [...(handlers.get(type) ?? []), handler])
      rest.at(-1)?.(succeeded())
    },
    removeHandlerAsync(type, ...rest) {
      handlers.delete(type)
      rest.at(-1)?.(succeeded())
    },
  }

  const supported = { Mailbox: 1.15, NestedAppAuth: 1.1 }

  window.Office = {
    onReady: (callback) => ready.then((host) => (callback?.(host), host)),
    HostType: { Outlook: 'Outlook' },
    PlatformType: { OfficeOnline: 'OfficeOnline' },
    CoercionType: { Text: 'text', Html: 'html' },
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    EventType: { ItemChanged: 'olkItemSelectedChanged', OfficeThemeChanged: 'officeThemeChanged' },
    MailboxEnums: { ItemType: { Message: 'message', Appointment: 'appointment' }, RestVersion: { v1_0: 'v1.0', v2_0: 'v2.0' } },
    context: {
      get mailbox() {
        return context ? mailbox : undefined
      },
      get displayLanguage() {
        return context?.language
      },
      get officeTheme() {
        return context?.theme
      },
      partitionKey: '',
      requirements: { isSetSupported: (name, version = '1.0') => (supported[name] ?? 0) >= Number(version) },
      ui: { openBrowserWindow: (url) => void ask('open-window', { url }) },
    },
  }

  // As the genuine one does: code that needs them must restore them.
  window.history.pushState = null
  window.history.replaceState = null
})()
