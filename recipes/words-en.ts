import { list, type Words } from './words.ts'

const verbs = {
  contains: ['contains', 'doesn’t contain'],
  is: ['is', 'isn’t'],
  'starts-with': ['starts with', 'doesn’t start with'],
  'ends-with': ['ends with', 'doesn’t end with'],
  matches: ['matches', 'doesn’t match'],
  'domain-is': ['has an address at', 'doesn’t have an address at'],
} as const

export const english: Words = {
  and: ' and ',
  or: ' or ',
  andThen: ', then ',
  quote: (text) => `“${text}”`,
  says: (noun, operator, values) => `${noun} ${verbs[operator][0]} ${list(values, ' or ')}`,
  saysNot: (noun, operator, values) => `${noun} ${verbs[operator][1]} ${list(values, ' or ')}`,
  always: 'always',
  never: 'at least one condition is true (there are none, so never)',
  noneOf: (words) => `none of these are true: ${words}`,
  groups: {
    all: ['all of these are true', 'not all of these are true'],
    any: ['at least one of these is true', 'none of these are true'],
    none: ['none of these are true', 'at least one of these is true, but none may be'],
  },
  found: (value) => (value === '' ? ': it’s empty' : `: it’s ${value}`),
  recipe: (trigger, conditions, actions) => `When ${trigger}${conditions === null ? '' : ` and ${conditions}`}, ${actions}.`,
  aBoard: 'a board',
  onBoard: (board) => `on ${board}`,
  inGroup: (group) => ` in the group ${group}`,
  aColumn: (name) => (name === undefined ? 'a column' : `the column ${name}`),
  ofConversation: 'the conversation’s item',
  foundBy: (column) => `the item found by ${column}`,
  withFiles: ' with the attached files',
}
