import { makePdf } from './files.ts'
import { camille, html, ruth, type SeedMail } from './seed-mail.ts'

const paragraphs = Array.from(
  { length: 60 },
  (_, index) => `<p style="margin:0 0 12px">${index + 1}. The working group went through the draft section by section. Where members
disagreed, both wordings are kept in the annex with the reasons given for each, so that the committee can decide in January.</p>`,
)

export const englishMails: SeedMail[] = [
  {
    minutesAgo: 25,
    subject: 'Invoice 40218 for November',
    from: { name: 'Northwind Hosting', address: 'billing@northwind-hosting.example' },
    replyTo: [{ name: 'Northwind accounts', address: 'accounts@northwind-hosting.example' }],
    body: html(`<p>Hello Camille,</p><p>Your invoice for November is attached.</p>
<p>Invoice number: 40218<br>Total: 312.50<br>Due: 15 December 2026</p><p>Thank you for hosting with us.</p>`),
    attachments: [
      {
        name: 'invoice-40218.pdf',
        contentType: 'application/pdf',
        content: makePdf(['Northwind Hosting', 'Invoice 40218', 'Hosting, November 2026', 'Total: 312.50 EUR']),
      },
    ],
  },
  {
    minutesAgo: 140,
    subject: 'Project Aurora: kick-off on Thursday',
    from: ruth,
    messageClass: 'IPM.Schedule.Meeting.Request',
    body: html(`<p>Hi Camille,</p><p>Shall we start Aurora on Thursday at 14:00 Paris time? Forty-five minutes will do.</p>
<ol><li>Scope and dates</li><li>Who does what</li><li>First delivery</li></ol><p>Best,<br>Ruth</p>`),
  },
  {
    minutesAgo: 200,
    subject: '',
    from: { name: 'Marek Nowak', address: 'marek.nowak@litware.example' },
    body: { contentType: 'text', content: 'Camille, the parcel is at the reception desk. M.\r\n' },
  },
  {
    minutesAgo: 20 * 60,
    subject: 'Draft report of the working group (long)',
    from: { name: 'Secretariat', address: 'secretariat@standards-forum.example' },
    to: [camille],
    cc: Array.from({ length: 12 }, (_, index) => ({ name: `Member ${index + 1}`, address: `member${index + 1}@standards-forum.example` })),
    body: html(`<h2>Draft report</h2>${paragraphs.join('\r\n')}<p>Comments are welcome until 4 December.</p>`),
  },
  {
    minutesAgo: 28 * 60,
    subject: 'Support request #7731: cannot export to CSV',
    from: { name: 'Priya Raman', address: 'priya.raman@tailspin.example' },
    categories: ['Support'],
    body: html(`<p>Hello,</p><p>Since Monday’s update the export button does nothing for me. Browser: Edge 142, no error shown.</p>
<p>Could you have a look? Customer number <b>C-5520</b>.</p><p>Priya</p>`),
  },
]
