import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { mailFromEml } from '../../sandbox/mail-from-eml.ts'
import { aBoard, aRecipe, createItemOn, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

// A shelf of real mails may lie beside the project; each with a text that a reader sees in it.
const shelf = new URL('../../../shared/specs/mail/', import.meta.url)
const realMails: [string, string][] = [
  ['plain_emails/basic_email.eml', 'Hope it works well!'],
  ['plain_emails/raw_email_reply.eml', 'Message body'],
  ['plain_emails/raw_email_quoted_with_0d0a.eml', 'A fax has arrived from remote ID'],
  ['mime_emails/raw_email7.eml', 'This is the first part.'],
  ['mime_emails/raw_email_with_nested_attachment.eml', 'Here is a test of an attachment via email.'],
  ['mime_emails/two_from_in_message.eml', "* From GMail you also get the person's signature."],
  ['multi_charset/japanese_iso_2022.eml', 'すみません。'],
  ['multi_charset/japanese_shift_jis.eml', 'このメールはテスト用のメールです。'],
  ['multi_charset/ks_c_5601-1987.eml', '스티해'],
  ['attachment_emails/attachment_pdf.eml', 'Just attaching another PDF, here'],
  ['multipart_report_emails/report_422.eml', 'THIS IS A WARNING MESSAGE ONLY'],
  ['error_emails/encoding_madness.eml', 'Body Text'],
  ['rfc6532/utf8_headers.eml', 'body'],
]

const ownMails: [string, string][] = [
  [
    'From: =?utf-8?Q?Zo=C3=A9?= <zoe@example.com>\r\nSubject: =?utf-8?B?RmFjdHVyZSBuwrAgMTI=?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Voilà la <b>facture</b>.</p>',
    'Voilà la facture.',
  ],
  [
    'From: a@example.com\r\nSubject: latin\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 cr=E8me',
    'Café crème',
  ],
  ['Subject: only a subject\r\n\r\n', ''],
]

const mails = existsSync(shelf)
  ? realMails.map(([path, text]) => [path, readFileSync(new URL(path, shelf)), text] as const)
  : ownMails.map(([raw, text]) => [raw.slice(0, 40), Buffer.from(raw), text] as const)

describe.each(databases)('on %s', (database) => {
  test('real mails become items with readable text', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board, {
      conditions: everyMail,
      actions: [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })],
    })

    const names = new Map<string, string>()
    for (const [name, raw] of mails) names.set((await world.sandbox.graph.deliver(world.camille, await mailFromEml(raw))).id, name)
    const items = await untilItems(api, board, mails.length, 45_000)
    await world.untilIdle()

    expect(items.map(({ source }) => names.get(source?.messageId ?? '') ?? '').toSorted()).toEqual(mails.map(([name]) => name).toSorted())
    for (const item of items) {
      const name = names.get(item.source?.messageId ?? '')
      const expected = mails.find(([other]) => other === name)?.[2] ?? ''
      const { items: updates } = await api.call('listUpdates', { params: { id: item.id } })
      const text = updates.map((update) => update.text).join('\n')
      expect({ name, text }).toEqual({ name, text: expect.stringContaining(expected) })
      expect(text).not.toMatch(/<(p|div|br|span|table|style|script)\b|\uFFFD|=\?utf-8\?/i)
    }
  }, 120_000)
})
