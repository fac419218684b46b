import { list, type PositiveOperator, type Words } from './words.ts'

/** The blank that French sets inside its quotation marks, before a colon and before a unit does not break. */
const blank = '\u00a0'

const verbs = {
  contains: { verb: 'contient', preposition: '' },
  is: { verb: 'est', preposition: '' },
  'starts-with': { verb: 'commence', preposition: 'par ' },
  'ends-with': { verb: 'se termine', preposition: 'par ' },
  matches: { verb: 'correspond', preposition: 'à ' },
} as const satisfies Record<Exclude<PositiveOperator, 'domain-is'>, { verb: string; preposition: string }>

export const french: Words = {
  and: ' et ',
  or: ' ou ',
  andThen: ', puis ',
  quote: (text) => `«${blank}${text}${blank}»`,
  nouns: {
    subject: 'l’objet',
    body: 'le texte',
    subjectOrBody: 'l’objet ou le texte',
    categories: 'la catégorie',
    from: 'l’expéditeur',
    sender: 'la boîte d’envoi',
    to: 'la ligne À',
    cc: 'la ligne Cc',
    recipients: 'la liste des destinataires',
    importance: 'l’importance',
    sensitivity: 'la confidentialité',
  },
  header: (name) => (name === undefined ? 'un en-tête' : `l’en-tête ${name}`),
  choices: {
    low: 'faible',
    normal: 'normale',
    high: 'haute',
    personal: 'personnelle',
    private: 'privée',
    confidential: 'confidentielle',
  },
  says: (noun, operator, values) => {
    if (operator === 'domain-is') return `${noun} a une adresse chez ${list(values, ' ou ')}`
    const { verb, preposition } = verbs[operator]
    return `${noun} ${verb} ${preposition}${list(values, ' ou ')}`
  },
  saysNot: (noun, operator, values) => {
    if (operator === 'domain-is') return `${noun} n’a pas d’adresse chez ${list(values, ' ou ')}`
    const { verb, preposition } = verbs[operator]
    const negated = `${noun} ${verb === 'est' ? 'n’est' : `ne ${verb}`}`
    return values.length === 1
      ? `${negated} pas ${preposition}${values.join('')}`
      : `${negated} ${values.map((value) => `ni ${preposition}${value}`).join(' ')}`
  },
  flags: {
    hasAttachments: ['il a des pièces jointes', 'il n’a pas de pièce jointe'],
    sentToMe: ['il vous est adressé', 'il ne vous est pas adressé'],
    sentOnlyToMe: ['il est adressé à vous seul', 'il n’est pas adressé à vous seul'],
    sentCcMe: ['vous êtes en copie', 'vous n’êtes pas en copie'],
    isAutomaticReply: ['c’est une réponse automatique', 'ce n’est pas une réponse automatique'],
    isMeetingRequest: ['c’est une demande de réunion', 'ce n’est pas une demande de réunion'],
    isNonDeliveryReport: ['c’est un avis de non-remise', 'ce n’est pas un avis de non-remise'],
  },
  size: (operator, kilobytes, holds) => {
    const bound = holds ? (operator === 'at-least' ? 'd’au moins' : 'd’au plus') : operator === 'at-least' ? 'de moins de' : 'de plus de'
    return `la taille est ${bound} ${new Intl.NumberFormat('fr').format(kilobytes)}${blank}ko`
  },
  always: 'toujours',
  never: 'jamais, faute de condition',
  noneOf: (words) => `rien de ceci n’est vrai${blank}: ${words}`,
  groups: {
    all: ['toutes ces conditions sont remplies', 'ces conditions ne sont pas toutes remplies'],
    any: ['au moins une de ces conditions est remplie', 'aucune de ces conditions n’est remplie'],
    none: ['aucune de ces conditions n’est remplie', 'une de ces conditions est remplie, aucune ne doit l’être'],
  },
  found: (value) => (value === '' ? `${blank}: c’est vide` : `${blank}: c’est ${value}`),
  recipe: (trigger, conditions, actions) => `Quand ${trigger}${conditions === null ? '' : `, ${si(conditions)}`}, ${actions}.`,
  aBoard: 'un tableau',
  onBoard: (board) => `sur ${board}`,
  inGroup: (group) => ` dans le groupe ${group}`,
  aColumn: (name) => (name === undefined ? 'une colonne' : `la colonne ${name}`),
  trigger: (trigger, board, column) => {
    switch (trigger.kind) {
      case 'mail-received':
        return 'un e-mail arrive'
      case 'item-created':
        return `un élément est créé ${board}`
      case 'column-changed':
        return `${column} ${board} change${trigger.to === undefined ? '' : ` pour «${blank}${trigger.to}${blank}»`}`
      case 'update-added':
        return `une mise à jour est ajoutée ${board}`
      case 'date-arrived':
        return `il est ${trigger.at}${days(trigger.offsetDays)} la date de ${column} ${board}`
    }
  },
  find: (find, column) => (find.by === 'conversation' ? 'l’élément de la conversation' : `l’élément trouvé par ${column}`),
  createItem: (action, place) => `créer un élément ${place}${files(action.attachments)}`,
  addUpdate: (action, item, place) =>
    `ajouter une mise à jour à ${item} ${place}${files(action.attachments)}${action.otherwise === 'skip' ? '' : ', ou en créer un s’il n’y en a pas'}`,
  setColumns: (columns, item) => `remplir ${list(columns, ' et ')} de ${item}`,
  sendMail: (action) =>
    `${action.inReply === true ? 'répondre par un e-mail' : 'envoyer un e-mail'} à ${list(action.to, ' et ')}${action.files === true ? ' avec les fichiers' : ''}`,
}

/** `si` loses its vowel before `il`, and before nothing else. */
function si(words: string): string {
  return /^ils? /.test(words) ? `s’${words}` : `si ${words}`
}

function files(attachments: 'none' | 'files' | undefined): string {
  return attachments === 'files' ? ' avec les fichiers joints' : ''
}

function days(offset: number): string {
  if (offset === 0) return ','
  const count = Math.abs(offset)
  return `, ${count}${blank}${count === 1 ? 'jour' : 'jours'} ${offset < 0 ? 'avant' : 'après'}`
}
