import type { PositiveOperator } from './conditions/operators.ts'
import { list, type Words } from './words.ts'

/** Inside quotation marks and before a colon: a narrow space that does not break. */
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
  ofConversation: 'l’élément de la conversation',
  foundBy: (column) => `l’élément trouvé par ${column}`,
  withFiles: ' avec les fichiers joints',
}

/** `si` loses its vowel before `il`, and before nothing else. */
function si(words: string): string {
  return /^ils? /.test(words) ? `s’${words}` : `si ${words}`
}
