// What machines send: an out-of-office reply, a bounced message, a newsletter.
import { camille, html, yanis, type SeedMail } from './seed-mail.ts'

export const automaticMails: SeedMail[] = [
  {
    minutesAgo: 75,
    subject: 'Réponse automatique : Point budget',
    from: yanis,
    messageClass: 'IPM.Note.Rules.OofTemplate.Microsoft',
    headers: [
      { name: 'Auto-Submitted', value: 'auto-replied' },
      { name: 'X-Auto-Response-Suppress', value: 'All' },
    ],
    body: html(
      '<p>Bonjour,</p><p>Je suis absent jusqu’au 30 novembre. Pour toute urgence, écrivez à support@contoso-demo.example.</p><p>Yanis</p>',
    ),
  },
  {
    minutesAgo: 160,
    subject: 'Undeliverable: Convention 2027',
    from: { name: 'Microsoft Outlook', address: 'postmaster@contoso-demo.example' },
    messageClass: 'REPORT.IPM.Note.NDR',
    headers: [
      { name: 'Auto-Submitted', value: 'auto-generated' },
      { name: 'Content-Type', value: 'multipart/report; report-type=delivery-status' },
    ],
    body: html(`<h3>Your message to b.dupond@adatum.example couldn’t be delivered.</h3>
<p><b>b.dupond</b> wasn’t found at adatum.example.</p><p>Status code: 550 5.1.10</p>`),
  },
  {
    minutesAgo: 23 * 60,
    subject: 'La lettre du jardin – novembre 🌱',
    from: { name: 'La lettre du jardin', address: 'lettre@jardins-partages.example' },
    to: [camille],
    headers: [
      { name: 'List-Id', value: '<lettre.jardins-partages.example>' },
      { name: 'List-Unsubscribe', value: '<https://jardins-partages.example/desabonner>' },
      { name: 'Precedence', value: 'bulk' },
    ],
    body: html(`<div style="max-width:600px;margin:auto;font-family:Georgia"><h1 style="color:#3a7d34">La lettre du jardin</h1>
<p>Au sommaire : planter l’ail, protéger les agrumes, la recette de la soupe de courge.</p>
<p><a href="https://jardins-partages.example/novembre">Lire en ligne</a> · <a href="https://jardins-partages.example/desabonner">Se désabonner</a></p>
<img src="https://jardins-partages.example/ouvert.gif?id=8841" width="1" height="1" alt=""></div>`),
  },
]
