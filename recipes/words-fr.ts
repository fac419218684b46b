import { list, type PositiveOperator, type Words } from './words.ts'

/** Between a number and its unit: a space that does not break. */
const blank = '\u00a0'

/** Inside quotation marks and before a colon: a narrow one. */
const narrow = '\u202f'

const verbs = {
  contains: { verb: 'contient', preposition: '' },
  is: { verb: 'est', preposition: '' },
  'starts-with': { verb: 'commence', preposition: 'par ' },
  'ends-with': { verb: 'finit', preposition: 'par ' },
  matches: { verb: 'correspond', preposition: 'à ' },
} as const satisfies Record<Exclude<PositiveOperator, 'domain-is'>, { verb: string; preposition: string }>

export const french: Words = {
  and: ' et ',
  or: ' ou ',
  andThen: ', puis ',
  quote: (text) => `«${narrow}${text}${narrow}»`,
  nouns: {
    subject: 'l’objet',
    body: 'le corps du message',
    subjectOrBody: 'l’objet ou le corps du message',
    categories: 'la catégorie',
    from: 'l’expéditeur',
    sender: 'l’adresse d’envoi',
    to: 'la ligne À',
    cc: 'la ligne Cc',
    recipients: 'la liste des destinataires',
    importance: 'l’importance',
    sensitivity: 'la confidentialité',
  },
  header: (name) => (name === undefined ? 'un en-tête du message' : `l’en-tête ${name} du message`),
  choices: {
    low: 'faible',
    normal: 'normale',
    high: 'haute',
    personal: 'personnelle',
    private: 'privée',
    confidential: 'confidentielle',
  },
  says: (noun, operator, values) => {
    if (operator === 'domain-is') return `${noun} a une adresse du domaine ${list(values, ' ou ')}`
    const { verb, preposition } = verbs[operator]
    return `${noun} ${verb} ${preposition}${list(values, ' ou ')}`
  },
  saysNot: (noun, operator, values) => {
    if (operator === 'domain-is') return `${noun} n’a pas d’adresse du domaine ${list(values, ' ou ')}`
    const { verb, preposition } = verbs[operator]
    const negated = `${noun} ${verb === 'est' ? 'n’est' : `ne ${verb}`}`
    return values.length === 1
      ? `${negated} pas ${preposition}${values.join('')}`
      : `${negated} ${values.map((value) => `ni ${preposition}${value}`).join(' ')}`
  },
  flags: {
    hasAttachments: ['il a des pièces jointes', 'il n’a pas de pièce jointe'],
    sentToMe: ['vous êtes sur la ligne À', 'vous n’êtes pas sur la ligne À'],
    sentOnlyToMe: ['vous êtes le seul destinataire', 'vous n’êtes pas le seul destinataire'],
    sentCcMe: ['vous êtes sur la ligne Cc', 'vous n’êtes pas sur la ligne Cc'],
    isAutomaticReply: ['c’est une réponse automatique', 'ce n’est pas une réponse automatique'],
    isMeetingRequest: ['c’est une demande de réunion', 'ce n’est pas une demande de réunion'],
    isNonDeliveryReport: ['c’est un rapport de non-remise', 'ce n’est pas un rapport de non-remise'],
  },
  size: (operator, kilobytes, holds) => {
    const bound = holds ? (operator === 'at-least' ? 'd’au moins' : 'd’au plus') : operator === 'at-least' ? 'de moins de' : 'de plus de'
    return `la taille est ${bound} ${new Intl.NumberFormat('fr').format(kilobytes)}${blank}ko`
  },
  always: 'toujours',
  never: 'au moins une condition est remplie (il n’y en a aucune, donc jamais)',
  noneOf: (words) => `aucune de ces conditions n’est remplie${narrow}: ${words}`,
  groups: {
    all: ['toutes ces conditions sont remplies', 'ces conditions ne sont pas toutes remplies'],
    any: ['au moins une de ces conditions est remplie', 'aucune de ces conditions n’est remplie'],
    none: ['aucune de ces conditions n’est remplie', 'au moins une de ces conditions est remplie, mais aucune ne doit l’être'],
  },
  found: (value) => (value === '' ? `${narrow}: c’est vide` : `${narrow}: c’est ${value}`),
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
        return `${column} ${board} ${trigger.to === undefined ? 'change' : `passe à «${narrow}${trigger.to}${narrow}»`}`
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
    `${action.inReply === true ? 'répondre' : 'envoyer un e-mail'} à ${list(action.to, ' et ')}${action.files === true ? ' avec les fichiers' : ''}`,
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
