const words = {
  en: {
    'stand-in': '(stand-in)',
    hint: 'Everything here is played on this machine. Send yourself a mail and see what your recipes make of it.',
    person: 'Person',
    language: 'Language',
    light: 'Light',
    dark: 'Dark',
    'new-mail': 'New mail',
    'composer-hint': 'Sends a mail to yourself, as if it came from outside.',
    example: 'Begin with',
    'own-words': 'My own words',
    from: 'From',
    to: 'To',
    subject: 'Subject',
    text: 'Text',
    files: 'Files',
    send: 'Send',
    cancel: 'Cancel',
    'account-title': 'Sign in to Mailboard',
    'account-text': 'Outlook signs the add-in in with your account. Choose it to go on.',
    'no-subject': '(no subject)',
    'nothing-open': 'Select a mail to read it.',
    'to-junk': 'Move to Junk',
    'to-inbox': 'Move to Inbox',
    delete: 'Delete',
    'folder-inbox': 'Inbox',
    'folder-sentitems': 'Sent Items',
    'folder-drafts': 'Drafts',
    'folder-junkemail': 'Junk Email',
    'folder-deleteditems': 'Deleted Items',
    'folder-archive': 'Archive',
    'folder-outbox': 'Outbox',
  },
  fr: {
    'stand-in': '(maquette)',
    hint: 'Tout se joue ici sur cette machine. Envoyez-vous un e-mail et voyez ce que vos recettes en font.',
    person: 'Personne',
    language: 'Langue',
    light: 'Clair',
    dark: 'Sombre',
    'new-mail': 'Nouvel e-mail',
    'composer-hint': 'Vous envoie un e-mail, comme s’il venait de l’extérieur.',
    example: 'Partir de',
    'own-words': 'Mes propres mots',
    from: 'De',
    to: 'À',
    subject: 'Objet',
    text: 'Texte',
    files: 'Fichiers',
    send: 'Envoyer',
    cancel: 'Annuler',
    'account-title': 'Se connecter à Mailboard',
    'account-text': 'Outlook connecte le complément avec votre compte. Choisissez-le pour continuer.',
    'no-subject': '(sans objet)',
    'nothing-open': 'Choisissez un e-mail pour le lire.',
    'to-junk': 'Déplacer vers Indésirables',
    'to-inbox': 'Déplacer vers la boîte de réception',
    delete: 'Supprimer',
    'folder-inbox': 'Boîte de réception',
    'folder-sentitems': 'Éléments envoyés',
    'folder-drafts': 'Brouillons',
    'folder-junkemail': 'Courrier indésirable',
    'folder-deleteditems': 'Éléments supprimés',
    'folder-archive': 'Archive',
    'folder-outbox': 'Boîte d’envoi',
  },
}

const mails = {
  en: [
    {
      from: 'accounts@northern-paper.example',
      subject: 'Invoice 2026-114 for your order of October',
      body: 'Hello,\n\nplease find our invoice 2026-114.\nTotal: 482.60 EUR, due on 15 December.\n\nKind regards\nNorthern Paper',
    },
    {
      from: 'lucy.hart@client.example',
      subject: 'The printer on the second floor is on strike again',
      body: 'Hi,\n\nit says "paper jam", but there is no paper in it at all. Could somebody look at it today?\n\nLucy',
    },
  ],
  fr: [
    {
      from: 'compta@papeterie-du-nord.example',
      subject: 'Facture 2026-114 pour votre commande d’octobre',
      body: 'Bonjour,\n\nveuillez trouver notre facture 2026-114.\nTotal : 482,60 EUR, à régler avant le 15 décembre.\n\nCordialement\nPapeterie du Nord',
    },
    {
      from: 'lucie.hardy@client.example',
      subject: 'L’imprimante du deuxième étage fait encore grève',
      body: 'Bonjour,\n\nelle annonce un bourrage, mais il n’y a aucune feuille dedans. Quelqu’un peut-il passer aujourd’hui ?\n\nLucie',
    },
  ],
}

let language = 'en'

export function setLanguage(name) {
  language = name.startsWith('fr') ? 'fr' : 'en'
}

export const text = (id) => words[language][id]
export const examples = () => mails[language]
