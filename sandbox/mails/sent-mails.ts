// Messages outside the Inbox: recipes never touch them.
import { camille, html, type SeedMail } from './seed-mail.ts'

export const sentMails: (SeedMail & { folder: string })[] = [
  {
    minutesAgo: 300,
    folder: 'sentitems',
    subject: 'Demande de devis – peinture de la façade',
    from: camille,
    to: [{ name: 'Loïc Le Guen', address: 'loic@leguen-peinture.example' }],
    internetMessageId: '<devis-facade-1@contoso-demo.example>',
    body: html('<p>Bonjour, pourriez-vous nous faire un devis pour la façade côté cour (environ 140 m²) ?</p><p>Camille Martin</p>'),
  },
  {
    minutesAgo: 410,
    folder: 'junkemail',
    subject: 'INVOICE unpaid!! act now',
    from: { name: 'Billing Dept', address: 'no-reply@prizes.example' },
    body: html('<p>Your invoice is unpaid. Open the attached file at once.</p>'),
  },
  {
    minutesAgo: 2900,
    folder: 'deleteditems',
    subject: 'Menu de la cantine',
    from: { name: 'Accueil', address: 'accueil@contoso-demo.example' },
    body: html('<p>Lundi : gratin de courge. Mardi : lentilles.</p>'),
  },
]
