import { describe, expect, test } from '@jest/globals'
import { mailFromEml } from '../../sandbox/mail-from-eml.ts'
import { seedMails } from '../../sandbox/mails/seed.ts'

const eml = (...lines: string[]) => lines.join('\r\n')

describe('a raw mail', () => {
  test('becomes what Outlook would show', async () => {
    const mail = await mailFromEml(
      eml(
        'From: =?iso-8859-1?Q?Ren=E9?= <rene@example.com>',
        'To: Camille <camille@example.com>, Team: a@example.com, b@example.com;',
        'Subject: =?utf-8?B?RmFjdHVyZSBuwrAgMTI=?=',
        'Date: Tue, 3 Nov 2026 10:00:00 +0100',
        'Message-ID: <1@example.com>',
        'Importance: high',
        'Sensitivity: Company-Confidential',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain; charset=windows-1252',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Total : 12 =80',
        '--b',
        'Content-Type: application/pdf; name="a.pdf"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="a.pdf"',
        '',
        'JVBERg==',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'Subject: inner',
        '',
        'text',
        '--b--',
      ),
    )
    expect(mail).toMatchObject({
      subject: 'Facture n° 12',
      from: { name: 'René', address: 'rene@example.com' },
      importance: 'high',
      sensitivity: 'confidential',
      sentAt: new Date('2026-11-03T09:00:00Z'),
      internetMessageId: '<1@example.com>',
      body: { contentType: 'text', content: expect.stringContaining('Total : 12 €') },
      messageClass: 'IPM.Note',
    })
    expect(mail.to?.map(({ address }) => address)).toEqual(['camille@example.com', 'a@example.com', 'b@example.com'])
    expect(mail.attachments?.map(({ kind, name }) => [kind, name])).toEqual([
      ['file', 'a.pdf'],
      ['item', expect.any(String)],
    ])
    expect(mail.attachments?.[0]?.content.toString()).toBe('%PDF')
  })

  test('that reports a failed delivery has the class of one', async () => {
    const mail = await mailFromEml(
      eml('Subject: Undeliverable', 'Content-Type: multipart/report; report-type=delivery-status; boundary=x', '', '--x--'),
    )
    expect(mail.messageClass).toBe('REPORT.IPM.Note.NDR')
  })

  test.each([
    ['nothing', ''],
    ['headers alone', 'Subject: alone'],
    ['a date that is none', eml('Date: yesterday', 'Subject: x', '', 'text')],
    ['bytes that are no mail', Buffer.from([0, 255, 254, 13, 10, 13, 10, 0])],
    ['a multipart without an end', eml('Content-Type: multipart/mixed; boundary="', '', '--')],
    ['an unknown charset', eml('Content-Type: text/plain; charset=nonsense', '', 'text')],
    ['base64 that is none', eml('Content-Transfer-Encoding: base64', '', '%%%%')],
  ])('of %s is taken as it is', async (_name, raw) => {
    const mail = await mailFromEml(raw)
    expect(mail.body?.content).toEqual(expect.any(String))
    expect(mail.sentAt === undefined || !Number.isNaN(mail.sentAt.getTime())).toBe(true)
  })
})

test('the mails to begin with are of the last days, two languages and many kinds', () => {
  const now = new Date('2026-11-24T12:00:00Z')
  const mails = seedMails(now)
  expect(mails.length).toBeGreaterThanOrEqual(12)
  expect(mails.every(({ receivedAt }) => receivedAt! < now)).toBe(true)
  expect(new Set(mails.map(({ messageClass }) => messageClass ?? 'IPM.Note')).size).toBeGreaterThanOrEqual(4)
  const [pdf] = mails.flatMap(({ attachments }) => attachments ?? []).filter(({ contentType }) => contentType === 'application/pdf')
  expect(pdf?.content.subarray(0, 5).toString()).toBe('%PDF-')
})
