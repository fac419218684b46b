// Real mails, read twice: by the product on their way to a board, and by another parser. Nothing of them is kept here.
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { Update } from '../../contract/item.ts'
import { mailFromEml } from '../../sandbox/mail-from-eml.ts'
import { linesMissing, readIndependently, squeezed, type ReadMail } from '../specs/independent-reader.ts'
import { shelfFolder } from '../specs/shelf.ts'
import type { Api } from '../support/api-client.ts'
import { aBoard, aRecipe, createItemOn, everyMail, itemsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const status = 'A delivery status is a file in Outlook, and text to the other parser.'
const charset = 'Bytes that are not of the charset that the mail names: each parser guesses.'

/** Where the two differ with reason: files of the item less files of the other parser, and lines that only that one reads. */
const differences: Record<string, { files?: number; lines: number; because: string }> = {
  'error_emails/multiple_invalid_content_dispositions.eml': {
    files: -1,
    lines: 0,
    because: 'Two dispositions that cannot be read: Outlook shows the part, the other parser keeps it as a file.',
  },
  'error_emails/content_transfer_encoding_empty.eml': { lines: 2, because: charset },
  'error_emails/content_transfer_encoding_plain.eml': { lines: 1, because: charset },
  'plain_emails/raw_email6.eml': { lines: 1, because: charset },
  'plain_emails/raw_email10.eml': { lines: 1, because: charset },
  'mime_emails/raw_email_with_mimepart_without_content_type.eml': { files: 1, lines: 8, because: status },
  'multipart_report_emails/multi_address_bounce1.eml': { files: 1, lines: 34, because: status },
  'multipart_report_emails/multi_address_bounce2.eml': { files: 1, lines: 34, because: status },
  'multipart_report_emails/multipart_report_multiple_status.eml': { files: 2, lines: 0, because: status },
  'multipart_report_emails/report_422.eml': { files: 1, lines: 8, because: status },
  'multipart_report_emails/report_530.eml': { files: 1, lines: 9, because: status },
}

const ownMails: Record<string, string> = {
  'html, utf-8': 'Subject: a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<title>no</title><p>Voilà la <b>facture</b>. Merci.</p>',
  'text, latin-1':
    'Subject: b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 <b>cr=E8me</b>',
  'headers alone': 'Subject: only a subject\r\n\r\n',
  'a picture in the text, one beside it':
    'Subject: c\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<style>p{}</style><p>Look!</p><img src="cid:one">' +
    ['one', 'two']
      .map((id) => `\r\n--b\r\nContent-Type: image/png\r\nContent-ID: <${id}>\r\nContent-Disposition: inline\r\n\r\nx`)
      .join('') +
    '\r\n--b--',
}

const shelf = shelfFolder('mail')
const mails: [string, Buffer][] = shelf
  ? globSync('**/*.eml', { cwd: shelf })
      .toSorted()
      .map((name) => [name, readFileSync(`${shelf}${name}`)])
  : Object.entries(ownMails).map(([name, raw]) => [name, Buffer.from(raw)])

describe.each(databases)('on %s', (database) => {
  test('real mails become items with their words and files', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, {
      conditions: everyMail,
      actions: [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })],
    })

    const names = new Map<string, string>()
    // Some differ in nothing that Outlook shows, not even their Message-ID: received in one second they would be one mail.
    const start = Date.now()
    for (const [at, [name, raw]] of mails.entries()) {
      const mail = { ...(await mailFromEml(raw)), receivedAt: new Date(start + at * 1_000) }
      names.set((await world.sandbox.graph.deliver(world.camille, mail)).id, name)
    }
    await world.untilIdle()

    const items = await itemsOf(api, board)
    expect(items.map(({ source }) => names.get(source?.messageId ?? '') ?? '').toSorted()).toEqual(mails.map(([name]) => name).toSorted())
    const itemOf = new Map(items.map((item) => [names.get(item.source?.messageId ?? ''), item.id]))
    const faults: Record<string, string[]> = {}
    const counted = { sentences: 0, lines: 0, files: 0 }
    for (const [name, raw] of mails) {
      const read = await readIndependently(raw)
      const updates = await updatesOf(api, itemOf.get(name) ?? '')
      const found = faultsOf(name, updates, read)
      if (found.length > 0) faults[name] = found
      if (read.firstSentence !== '') counted.sentences += 1
      counted.lines += read.visibleText.split(/[\r\n]+/).filter((line) => line.trim() !== '').length
      counted.files += filesOf(updates)
    }

    expect(faults).toEqual({})
    process.stdout.write(
      `${database}: ${items.length} of ${mails.length} mails became one item each, ${counted.sentences} first sentences and ${counted.lines} lines compared, ${counted.files} files\n`,
    )
  })
})

test('the differences between the two parsers are of mails that are here', () => {
  const here = new Set(mails.map(([name]) => name))
  expect(Object.keys(differences).filter((name) => shelf && !here.has(name))).toEqual([])
})

async function updatesOf(api: Api, id: string): Promise<Update[]> {
  return (await api.call('listUpdates', { params: { id } })).items
}

const filesOf = (updates: Update[]) => updates.reduce((sum, { files }) => sum + files.length, 0)

function faultsOf(name: string, updates: Update[], read: ReadMail): string[] {
  const text = squeezed(updates.map((update) => update.text).join('\n'))
  const visible = squeezed(read.visibleText)
  const { files: more = 0, lines = 0 } = differences[name] ?? {}
  const faults: string[] = []
  if (!text.includes(read.firstSentence)) faults.push(`no "${read.firstSentence}" in "${text.slice(0, 200)}"`)
  if (read.firstSentence === '' && /[\p{L}\p{N}]/u.test(text) && !(name in differences))
    faults.push(`words out of nowhere: "${text.slice(0, 200)}"`)
  const missing = linesMissing(read, text)
  if (missing.length !== lines) faults.push(`${missing.length} lines that only the other parser reads: ${missing.slice(0, 3).join(' | ')}`)
  // Somebody may write about markup: then it is what a reader sees.
  for (const [tag] of text.matchAll(/<\/?[a-z!][^>]*>/gi)) if (!visible.includes(tag)) faults.push(`markup in the text: ${tag}`)
  for (const [rule] of text.matchAll(/[\w.#]+ ?\{[^}]*\}|\bfunction ?\(|&(?:nbsp|amp|lt|gt|quot|#\d+);/g))
    if (!visible.includes(rule)) faults.push(`style, script or entity in the text: ${rule}`)
  faults.push(...updates.flatMap(({ body }) => dangersIn(body)))
  if (filesOf(updates) !== read.files + more) faults.push(`${filesOf(updates)} files, ${read.files} read by the other parser`)
  return faults
}

/** Without a parser, so that nothing that only looks harmless to one is let through. */
function dangersIn(html: string): string[] {
  const tags = [...html.matchAll(/<\s*\/?([a-z][\w:-]*)([^>]*)>?/gi)]
  return tags
    .filter(([, tag = '', attributes = '']) => {
      const isAllowed = !/^(script|style|iframe|frame|object|embed|form|input|svg|math|link|meta|base|img|video|audio|title)$/i.test(tag)
      return !isAllowed || /(^|[\s"'/])(on\w+|style|src|srcdoc|background)\s*=|(javascript|vbscript|data)\s*:/i.test(attributes)
    })
    .map(([tag]) => `not safe: ${tag}`)
}
