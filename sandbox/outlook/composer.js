import { examples, text } from './words.js'

const element = (id) => document.getElementById(id)

/** A message from someone to the mailbox's owner. */
export function openComposer(person) {
  const dialog = element('composer')
  const known = examples()
  element('mail-to').value = person.address
  element('example').replaceChildren(
    new Option(text('own-words'), ''),
    ...known.map(({ subject }, index) => new Option(subject, String(index))),
  )
  element('example').onchange = ({ target }) => fill(known[Number(target.value)] ?? { from: '', subject: '', body: '' })
  fill({ from: known[0].from, subject: '', body: '' })
  element('mail-files').value = ''
  dialog.returnValue = 'cancel'
  dialog.onclose = () => dialog.returnValue === 'send' && void send(person)
  dialog.showModal()
  element('mail-subject').focus()
}

function fill({ from, subject, body }) {
  element('mail-from').value = from
  element('mail-subject').value = subject
  element('mail-body').value = body
}

async function send(person) {
  const attachments = await Promise.all([...element('mail-files').files].map(attachmentFrom))
  const body = element('mail-body')
    .value.split(/\n{2,}/)
    .map((paragraph) => `<p>${escaped(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('')
  await fetch('/sandbox/send', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      to: person.address,
      from: element('mail-from').value,
      subject: element('mail-subject').value,
      body,
      attachments,
    }),
  })
}

async function attachmentFrom(file) {
  const url = await new Promise((resolve) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result)
    reader.readAsDataURL(file)
  })
  return { name: file.name, contentType: file.type || 'application/octet-stream', contentBase64: url.slice(url.indexOf(',') + 1) }
}

const escaped = (words) => words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
