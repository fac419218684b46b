import { list, type Words } from './words.ts'

const verbs = {
  contains: ['contains', 'does not contain'],
  is: ['is', 'is not'],
  'starts-with': ['starts with', 'does not start with'],
  'ends-with': ['ends with', 'does not end with'],
  matches: ['matches', 'does not match'],
  'domain-is': ['has an address at', 'has no address at'],
} as const

export const english: Words = {
  and: ' and ',
  or: ' or ',
  andThen: ', then ',
  quote: (text) => `“${text}”`,
  nouns: {
    subject: 'the subject',
    body: 'the text',
    subjectOrBody: 'the subject or the text',
    categories: 'the category',
    from: 'the sender',
    sender: 'the sending mailbox',
    to: 'the To line',
    cc: 'the Cc line',
    recipients: 'the list of recipients',
    importance: 'the importance',
    sensitivity: 'the sensitivity',
  },
  header: (name) => (name === undefined ? 'a header' : `the header ${name}`),
  choices: { low: 'low', normal: 'normal', high: 'high', personal: 'personal', private: 'private', confidential: 'confidential' },
  says: (noun, operator, values) => `${noun} ${verbs[operator][0]} ${list(values, ' or ')}`,
  saysNot: (noun, operator, values) => `${noun} ${verbs[operator][1]} ${list(values, ' or ')}`,
  flags: {
    hasAttachments: ['it has attachments', 'it has no attachments'],
    sentToMe: ['it is sent to you', 'it is not sent to you'],
    sentOnlyToMe: ['it is sent to you alone', 'it is not sent to you alone'],
    sentCcMe: ['you are in Cc', 'you are not in Cc'],
    isAutomaticReply: ['it is an automatic reply', 'it is not an automatic reply'],
    isMeetingRequest: ['it is a meeting request', 'it is not a meeting request'],
    isNonDeliveryReport: ['it is a non-delivery report', 'it is not a non-delivery report'],
  },
  size: (operator, kilobytes, holds) => {
    const bound = holds ? (operator === 'at-least' ? 'at least' : 'at most') : operator === 'at-least' ? 'less than' : 'more than'
    return `the size is ${bound} ${new Intl.NumberFormat('en').format(kilobytes)}\u00a0kB`
  },
  always: 'always',
  never: 'never, as no condition is given',
  noneOf: (words) => `none of this holds: ${words}`,
  groups: {
    all: ['all of these hold', 'not all of these hold'],
    any: ['at least one of these holds', 'none of these holds'],
    none: ['none of these holds', 'one of these holds, and none may'],
  },
  found: (value) => (value === '' ? ': it is empty' : `: it is ${value}`),
  recipe: (trigger, conditions, actions) => `When ${trigger}${conditions === null ? '' : ` and ${conditions}`}, ${actions}.`,
  aBoard: 'a board',
  onBoard: (board) => `on ${board}`,
  inGroup: (group) => ` in the group ${group}`,
  aColumn: (name) => (name === undefined ? 'a column' : `the column ${name}`),
  trigger: (trigger, board, column) => {
    switch (trigger.kind) {
      case 'mail-received':
        return 'a mail arrives'
      case 'item-created':
        return `an item is created ${board}`
      case 'column-changed':
        return `${column} ${board} changes${trigger.to === undefined ? '' : ` to “${trigger.to}”`}`
      case 'update-added':
        return `an update is added ${board}`
      case 'date-arrived':
        return `it is ${trigger.at}${days(trigger.offsetDays)} the date in ${column} ${board}`
    }
  },
  find: (find, column) => (find.by === 'conversation' ? 'the item of the conversation' : `the item found by ${column}`),
  createItem: (action, place) => `create an item ${place}${files(action.attachments)}`,
  addUpdate: (action, item, place) =>
    `add an update to ${item} ${place}${files(action.attachments)}${action.otherwise === 'skip' ? '' : ', or create one where there is none'}`,
  setColumns: (columns, item) => `fill in ${list(columns, ' and ')} of ${item}`,
  sendMail: (action) =>
    `${action.inReply === true ? 'answer by a mail' : 'send a mail'} to ${list(action.to, ' and ')}${action.files === true ? ' with the files' : ''}`,
}

function files(attachments: 'none' | 'files' | undefined): string {
  return attachments === 'files' ? ' with the attached files' : ''
}

function days(offset: number): string {
  if (offset === 0) return ' on'
  const count = Math.abs(offset)
  return `, ${count} ${count === 1 ? 'day' : 'days'} ${offset < 0 ? 'before' : 'after'}`
}
