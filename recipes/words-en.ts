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
  nouns: {
    subject: 'the subject',
    body: 'the message body',
    subjectOrBody: 'the subject or the message body',
    categories: 'the category',
    from: 'the sender',
    sender: 'the sending address',
    to: 'the To line',
    cc: 'the Cc line',
    recipients: 'the list of recipients',
    importance: 'the importance',
    sensitivity: 'the sensitivity',
  },
  header: (name) => (name === undefined ? 'a message header' : `the message header ${name}`),
  choices: { low: 'low', normal: 'normal', high: 'high', personal: 'personal', private: 'private', confidential: 'confidential' },
  says: (noun, operator, values) => `${noun} ${verbs[operator][0]} ${list(values, ' or ')}`,
  saysNot: (noun, operator, values) => `${noun} ${verbs[operator][1]} ${list(values, ' or ')}`,
  flags: {
    hasAttachments: ['it has attachments', 'it doesn’t have attachments'],
    sentToMe: ['you’re on the To line', 'you’re not on the To line'],
    sentOnlyToMe: ['you’re the only recipient', 'you’re not the only recipient'],
    sentCcMe: ['you’re on the Cc line', 'you’re not on the Cc line'],
    isAutomaticReply: ['it’s an automatic reply', 'it isn’t an automatic reply'],
    isMeetingRequest: ['it’s a meeting request', 'it isn’t a meeting request'],
    isNonDeliveryReport: ['it’s a non-delivery report', 'it isn’t a non-delivery report'],
  },
  size: (operator, kilobytes, holds) => {
    const bound = holds ? (operator === 'at-least' ? 'at least' : 'at most') : operator === 'at-least' ? 'less than' : 'more than'
    return `the size is ${bound} ${new Intl.NumberFormat('en').format(kilobytes)}\u00a0KB`
  },
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
  trigger: (trigger, board, column) => {
    switch (trigger.kind) {
      case 'mail-received':
        return 'an email arrives'
      case 'item-created':
        return `an item is created ${board}`
      case 'column-changed':
        return `${column} ${board} changes${trigger.to === undefined ? '' : ` to “${trigger.to}”`}`
      case 'update-added':
        return `an update is added ${board}`
      case 'date-arrived':
        return `it’s ${trigger.at}${days(trigger.offsetDays)} the date in ${column} ${board}`
    }
  },
  find: (find, column) => (find.by === 'conversation' ? 'the conversation’s item' : `the item found by ${column}`),
  createItem: (action, place) => `create an item ${place}${files(action.attachments)}`,
  addUpdate: (action, item, place) =>
    `add an update to ${item} ${place}${files(action.attachments)}${action.otherwise === 'skip' ? '' : ', or create one if there is none'}`,
  setColumns: (columns, item) => `fill in ${list(columns, ' and ')} of ${item}`,
  sendMail: (action) =>
    `${action.inReply === true ? 'reply' : 'send an email'} to ${list(action.to, ' and ')}${action.files === true ? ' with the files' : ''}`,
}

function files(attachments: 'none' | 'files' | undefined): string {
  return attachments === 'files' ? ' with the attached files' : ''
}

function days(offset: number): string {
  if (offset === 0) return ' on'
  const count = Math.abs(offset)
  return `, ${count} ${count === 1 ? 'day' : 'days'} ${offset < 0 ? 'before' : 'after'}`
}
