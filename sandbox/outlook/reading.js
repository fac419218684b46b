import { text } from './words.js'

/** Shows the open message. Its HTML is in a frame that runs and loads nothing. */
export function showReading(main, { open, language, person }, { move, remove }) {
  if (main.dataset.shown === `${open?.restId}|${open?.folder}|${language}`) return
  main.dataset.shown = `${open?.restId}|${open?.folder}|${language}`
  if (!open) {
    main.replaceChildren(node('p', { className: 'empty', textContent: text('nothing-open') }))
    return
  }
  const header = node('header')
  header.append(
    node('h1', { textContent: open.subject || text('no-subject') }),
    node('div', { textContent: open.from ? `${open.from.name} <${open.from.address}>` : '–' }),
    node('div', { className: 'quiet', textContent: `${text('to')} ${open.to.map(({ name }) => name).join(', ') || person.name}` }),
    node('div', {
      className: 'quiet',
      textContent: new Date(open.receivedAt).toLocaleString(language, { dateStyle: 'full', timeStyle: 'short' }),
    }),
    files(open),
    buttons(open, move, remove),
  )
  const body = node('iframe', { title: text('text'), srcdoc: pageFrom(open) })
  body.setAttribute('sandbox', '')
  main.replaceChildren(header, body)
}

function files({ attachments }) {
  const list = node('div', { className: 'files' })
  for (const { name, size, isInline } of attachments)
    if (!isInline) list.append(node('span', { textContent: `📎 ${name} (${Math.ceil(size / 1000)} kB)` }))
  return list
}

function buttons({ folder }, move, remove) {
  const line = node('div', { className: 'buttons' })
  const button = (words, onclick) => line.append(node('button', { type: 'button', textContent: text(words), onclick }))
  if (folder === 'inbox') button('to-junk', () => move('junkemail'))
  else button('to-inbox', () => move('inbox'))
  button('delete', folder === 'deleteditems' ? remove : () => move('deleteditems'))
  return line
}

const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

function pageFrom({ body, attachments }) {
  const html = body.contentType === 'html' ? body.content : `<pre style="white-space:pre-wrap;font:inherit">${escaped(body.content)}</pre>`
  const pictures = attachments.filter(({ dataUrl }) => dataUrl)
  const filled = pictures.reduce((page, { contentId, dataUrl }) => page.replaceAll(`cid:${contentId}`, dataUrl), html)
  return `<!doctype html><meta http-equiv="content-security-policy" content="${policy}"><style>body{font:14px/20px 'Segoe UI',system-ui,sans-serif;padding:0 20px;overflow-wrap:anywhere}</style>${filled}`
}

const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const node = (name, properties = {}) => Object.assign(document.createElement(name), properties)
