import { makePdf, makePng } from './files.ts'
import { camille, html, yanis, type SeedMail } from './seed-mail.ts'

const offerConversation = 'AAQkADAyZGVtYW5kZS1kZS1kZXZpcy1wZWludHVyZS1mYWNhZGU='

export const frenchMails: SeedMail[] = [
  {
    minutesAgo: 12,
    subject: 'Facture F-2026-1187 – Imprimerie du Canal',
    from: { name: 'Imprimerie du Canal', address: 'comptabilite@imprimerie-du-canal.example' },
    body: html(`<p>Bonjour Madame Martin,</p>
<p>Veuillez trouver ci-joint notre facture <b>F-2026-1187</b> pour l’impression des 500 brochures livrées mardi.</p>
<table border="0" cellpadding="4"><tr><td>Montant HT</td><td align="right">1 240,00 €</td></tr>
<tr><td>TVA 20 %</td><td align="right">248,00 €</td></tr><tr><td><b>Total TTC</b></td><td align="right"><b>1 488,00 €</b></td></tr></table>
<p>Total: 1488.00<br>Échéance : 24 décembre 2026<br>Référence à rappeler : F-2026-1187</p>
<p>Avec nos remerciements,<br>Odile Chastain – Comptabilité</p>`),
    attachments: [
      {
        name: 'Facture F-2026-1187.pdf',
        contentType: 'application/pdf',
        content: makePdf(['Imprimerie du Canal', 'Facture F-2026-1187', '500 brochures', 'Total TTC : 1 488,00 EUR']),
      },
    ],
  },
  {
    minutesAgo: 55,
    subject: 'RE: Demande de devis – peinture de la façade',
    from: { name: 'Loïc Le Guen', address: 'loic@leguen-peinture.example' },
    conversationId: offerConversation,
    headers: [{ name: 'In-Reply-To', value: '<devis-facade-1@contoso-demo.example>' }],
    body: html(`<p>Bonjour Camille,</p><p>C’est possible à partir du 12 janvier. Comptez quatre jours s’il ne gèle pas ; je vous envoie
le devis définitif demain.</p><p>Bien à vous,<br>Loïc</p><hr><p><b>De :</b> Camille Martin<br><b>Objet :</b> Demande de devis – peinture de la façade</p>
<p>Bonjour, pourriez-vous nous faire un devis pour la façade côté cour (environ 140 m²) ?</p>`),
  },
  {
    minutesAgo: 95,
    subject: 'URGENT : panne du serveur de fichiers à Lyon',
    from: yanis,
    importance: 'high',
    body: html(`<p>Salut Camille,</p><p>Le serveur de fichiers de Lyon ne répond plus depuis <b>9 h 40</b>. Une vingtaine de personnes sont bloquées.
Le prestataire est prévenu, ticket <b>INC-30412</b>.</p><p>Je te rappelle dès que j’en sais plus.</p><p>Yanis</p>`),
  },
  {
    minutesAgo: 26 * 60,
    subject: 'Confidentiel – entretien annuel',
    from: { name: 'Direction des ressources humaines', address: 'rh@contoso-demo.example' },
    sensitivity: 'confidential',
    body: html(`<p>Bonjour Camille,</p><p>Votre entretien annuel est fixé au jeudi 3 décembre à 10 h, salle Garonne. Merci de relire vos objectifs d’ici là.</p>
<p><i>Ce message est confidentiel.</i></p>`),
  },
  {
    minutesAgo: 31 * 60,
    subject: 'Les photos du séminaire 📸🎉',
    from: { name: 'Inès Roux', address: 'ines.roux@contoso-demo.example' },
    to: [camille, yanis],
    categories: ['Équipe'],
    body: html(`<p>Coucou tout le monde 👋</p><p>Une première photo, le reste arrive ! 😄🌊</p><p><img src="cid:photo1@contoso" width="120" alt="La plage"></p>
<p>Inès</p>`),
    attachments: [
      { name: 'plage.png', contentType: 'image/png', content: makePng(48, [64, 160, 200]), isInline: true, contentId: 'photo1@contoso' },
      { name: 'groupe.png', contentType: 'image/png', content: makePng(64, [230, 170, 60]) },
    ],
  },
  {
    minutesAgo: 52 * 60,
    subject: 'Relev\u00e9 de compte \u2013 d\u00e9cembre',
    from: { name: 'Coopérative agricole de l’Aubrac', address: 'releves@coop-aubrac.example' },
    // A sender from the nineties: the header names the charset, and Exchange has converted it to Unicode.
    headers: [{ name: 'Content-Type', value: 'text/plain; charset="windows-1252"' }],
    body: {
      contentType: 'text',
      content:
        'Madame, Monsieur,\r\n\r\nVotre relevé est disponible. Solde créditeur : 2 317,45 €.\r\nL’équipe « Adhérents » – œuvrons ensemble…\r\n',
    },
  },
]
