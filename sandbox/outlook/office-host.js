// Outlook on the web as Microsoft's genuine office.js expects it: what that script reads from the pane's address, and the messages that it
// exchanges with the page around it. The page must use https and the pane's host name, because office.js trusts no other.

const conversation = 'mailboard'
const control = 'mailboard-pane'
const outlookWebApp = 64
const methods = { body: 37 }
const coercion = { text: 0, html: 3 }
const itemTypes = { message: 1, none: 6 }
const notSupported = 9002

export function officeHost({ frame, paneOrigin, state, bodyOf, theme }) {
  const nested = new URLSearchParams(location.search).get('nested-app-auth') !== 'no'
  let spokenTo = false
  let loads = 0

  const actions = {
    ContextActivationManager_getAppContextAsync: () => appContext(state, nested),
    ContextActivationManager_notifyHost: () => null,
    GetInitialData: () => initialData(state),
    ExecuteMethod: ({ ApiParams, MethodData }) => perform(MethodData.DispatchId, ApiParams),
  }

  async function perform(method, parameters) {
    if (method !== methods.body || !state.open) return { wasSuccessful: false, error: true, errorCode: notSupported }
    return { wasSuccessful: true, data: await bodyOf(state.open, parameters.coercionType === coercion.html ? 'html' : 'text') }
  }

  window.addEventListener('message', async ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== paneOrigin || typeof data !== 'string') return
    const request = JSON.parse(data)
    if (request._messageType !== 0) return
    spokenTo = true
    const action = actions[request._actionName]
    // Anything other than "invoke" registers for an event, or unregisters.
    if (request._actionType !== 0) send({ ...answerTo(request), _data: { Error: 0 } })
    else if (action) send({ ...answerTo(request), _data: await action(request._data) })
    else send({ ...answerTo(request), _data: null, _errorCode: -2 })
  })

  const send = (message) =>
    frame.contentWindow.postMessage(
      JSON.stringify({ _messageType: 1, _errorCode: 0, _origin: location.origin, _serializerVersion: 1, ...message }),
      paneOrigin,
    )
  const answerTo = ({ _actionName, _conversationId, _correlationId }) => ({
    _actionName,
    _conversationId,
    _correlationId,
    _responseType: 0,
  })
  const fire = (_actionName, _data) =>
    spokenTo && send({ _actionName, _conversationId: conversation, _correlationId: -1, _responseType: 1, _data })

  return {
    /** The pane's address: office.js reads its host from it. */
    addressOf(page) {
      spokenTo = false
      // The same address would count as navigation within the page.
      loads += 1
      const address = new URL(page)
      address.searchParams.set('_host_Info', `Outlook$Web$16.01$${state.language}$mailboard-${loads}$$$`)
      // The last part extends to the end.
      return `${address}#&_serializer_version=1&_xdm_Info=${conversation}|${control}|${location.origin}`
    },
    itemChanged: () => fire('olkItemSelectedChanged', state.open ? initialData(state) : null),
    themeChanged: () => fire('officeThemeChanged', [JSON.stringify(asNumbers(theme()))]),
  }
}

function appContext({ language }, nested) {
  return {
    _id: control,
    _appInstanceId: control,
    _appName: outlookWebApp,
    _appVersion: '16.01',
    _appUILocale: language,
    _dataLocale: language,
    _docUrl: location.origin,
    _clientMode: 0,
    _settings: {},
    _reason: 'documentOpened',
    _osfControlType: 0,
    _eToken: '',
    _correlationId: 'mailboard',
    _requirementMatrix: JSON.stringify({ Mailbox: '1.15', react: '1.1', ...(nested && { NestedAppAuth: '1.1' }) }),
    _hostCustomMessage: '',
    _hostFullVersion: '16.0',
    _addinName: 'Mailboard',
    _appDomains: [],
  }
}

function initialData({ open, person }) {
  const mailbox = {
    permissionLevel: 1,
    userDisplayName: person.name,
    userEmailAddress: person.address,
    userTimeZone: 'Romance Standard Time',
    userProfileType: 'office365',
    timeZoneOffsets: [],
    hostVersion: '16.0.0.0',
    owaView: 'ThreeColumns',
    entities: {},
  }
  if (!open) return { ...mailbox, itemType: itemTypes.none }
  return {
    ...mailbox,
    itemType: itemTypes.message,
    id: open.id,
    itemClass: open.itemClass,
    subject: open.subject,
    normalizedSubject: open.subject.replace(/^((re|fw|fwd|tr|réf)\s*:\s*)+/i, ''),
    internetMessageId: open.internetMessageId,
    conversationId: open.conversationId,
    from: recipient(open.from),
    sender: recipient(open.sender),
    to: open.to.map(recipient),
    cc: open.cc.map(recipient),
    dateTimeCreated: Date.parse(open.receivedAt),
    dateTimeModified: Date.parse(open.receivedAt),
    attachments: open.attachments.map(({ id, name, size, contentType, isInline }) => ({
      id,
      name,
      size,
      contentType,
      isInline,
      attachmentType: 0,
    })),
  }
}

const recipient = (person) => person && { name: person.name, address: person.address, recipientType: 0 }

const asNumbers = (colours) => Object.fromEntries(Object.entries(colours).map(([name, hex]) => [name, Number.parseInt(hex.slice(1), 16)]))
