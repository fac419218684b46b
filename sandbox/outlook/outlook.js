// Outlook on the web, as far as a taskpane needs it: folders, messages, a reading pane, a composer, and the pane's frame.
import { openComposer } from './composer.js'
import { paneHost } from './pane-host.js'
import { showReading } from './reading.js'
import { setLanguage, text } from './words.js'

const element = (id) => document.getElementById(id)
const recalled = (name, otherwise) => sessionStorage.getItem(name) ?? otherwise

const config = await fetch('/sandbox/config').then((response) => response.json())
const state = {
  people: config.people,
  person: config.people.find(({ objectId }) => objectId === recalled('person', '')) ?? config.people[0],
  language: recalled('language', navigator.language.startsWith('fr') ? 'fr-FR' : 'en-US'),
  dark: recalled('theme', 'light') === 'dark',
  folder: 'inbox',
  mailbox: { folders: [], messages: [] },
  open: null,
}

const host = paneHost({ frame: element('pane'), serverUrl: config.serverUrl, state, askAccount })

element('person').append(...state.people.map(({ objectId, name, address }) => new Option(`${name} – ${address}`, objectId)))
element('person').value = state.person.objectId
element('person').addEventListener('change', ({ target }) => {
  sessionStorage.setItem('person', target.value)
  location.reload()
})
element('language').value = state.language
element('language').addEventListener('change', ({ target }) => {
  state.language = target.value
  sessionStorage.setItem('language', target.value)
  showWords()
  void show()
  host.load()
})
element('theme').addEventListener('click', () => {
  state.dark = !state.dark
  sessionStorage.setItem('theme', state.dark ? 'dark' : 'light')
  showWords()
  host.themeChanged()
})
element('reload').addEventListener('click', () => host.load())
element('compose').addEventListener('click', () => openComposer(state.person))

new EventSource('/sandbox/events').addEventListener('message', () => void refresh())
showWords()
await refresh()
const first = state.mailbox.messages.find(({ folder }) => folder === state.folder)
if (first) await open(first)
host.load()

/** Events come in bursts: one reload at a time, and one more if events arrived in the meantime. */
async function refresh() {
  if (refresh.running) return (refresh.again = true)
  refresh.running = true
  do {
    refresh.again = false
    state.mailbox = await fetch(`/sandbox/mailbox?person=${state.person.objectId}`).then((response) => response.json())
    await show()
  } while (refresh.again)
  refresh.running = false
}

/** The last request opens, in whatever order the answers arrive. */
async function open({ restId }) {
  const asked = (open.asked = {})
  const response = await fetch(`/sandbox/mailbox/${encodeURIComponent(restId)}?person=${state.person.objectId}`)
  const message = response.ok ? await response.json() : null
  if (open.asked !== asked) return
  state.open = message
  host.itemChanged()
  if (state.open && !state.open.isRead) await post('/sandbox/read', { person: state.person.objectId, messageId: restId })
  await show()
}

async function show() {
  element('folders').replaceChildren(...state.mailbox.folders.map(folderRow))
  element('messages').replaceChildren(...state.mailbox.messages.filter(({ folder }) => folder === state.folder).map(messageRow))
  showReading(element('reading'), state, { move: (folder) => act('/sandbox/move', { folder }), remove: () => act('/sandbox/delete', {}) })
}

async function act(path, more) {
  open.asked = undefined
  await post(path, { person: state.person.objectId, messageId: state.open.restId, ...more })
  state.open = null
  host.itemChanged()
  await refresh()
}

function folderRow({ name, displayName, total, unread }) {
  const button = Object.assign(document.createElement('button'), { type: 'button' })
  button.append(span(text(`folder-${name}`) ?? displayName), span(String(unread || total || ''), 'quiet'))
  button.setAttribute('aria-current', String(name === state.folder))
  button.addEventListener('click', () => {
    state.folder = name
    void show()
  })
  return row(button)
}

function messageRow(message) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: message.isRead ? '' : 'unread' })
  const from = span('', 'from')
  from.append(span(message.from?.name ?? '–'), span(when(message.receivedAt), 'quiet'))
  button.append(from, span((message.hasAttachments ? '📎 ' : '') + (message.subject || text('no-subject')), 'subject'))
  button.setAttribute('aria-current', String(message.restId === state.open?.restId))
  button.addEventListener('click', () => void open(message))
  return row(button)
}

function askAccount() {
  const dialog = element('account')
  element('account-name').textContent = state.person.name
  element('account-address').textContent = state.person.address
  dialog.returnValue = 'no'
  dialog.showModal()
  return new Promise((resolve) => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }))
}

function showWords() {
  setLanguage(state.language)
  document.documentElement.lang = state.language.slice(0, 2)
  document.documentElement.dataset.theme = state.dark ? 'dark' : 'light'
  element('theme').textContent = text(state.dark ? 'light' : 'dark')
  for (const each of document.querySelectorAll('[data-text]')) each.textContent = text(each.dataset.text)
}

function post(path, body) {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

function span(words, className = '') {
  return Object.assign(document.createElement('span'), { textContent: words, className })
}

function row(child) {
  const item = document.createElement('li')
  item.append(child)
  return item
}

function when(at) {
  const date = new Date(at)
  const today = date.toDateString() === new Date().toDateString()
  return date.toLocaleString(state.language, today ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' })
}
