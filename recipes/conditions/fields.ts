// The table of fields that a condition can look at, in the order of the editor. A field is added with a line here.
// docs/decisions/0045-actions-are-a-table.md
import { isAutomaticReply } from '../automatic-reply.ts'
import type { Address, Message } from '../message.ts'
import { ownAddresses } from '../own-address.ts'
import { addressField, choiceField, flagField, headerField, ownerField, sizeField, textField } from './field.ts'

export const fields = {
  subject: textField({
    needs: ['subject'],
    read: ({ subject }) => [subject],
    words: { en: { label: 'Subject', noun: 'the subject' }, fr: { label: 'Objet', noun: 'l’objet' } },
  }),
  body: textField({
    needs: ['body'],
    read: ({ body }) => [body.text],
    words: { en: { label: 'Message body', noun: 'the message body' }, fr: { label: 'Corps du message', noun: 'le corps du message' } },
  }),
  subjectOrBody: textField({
    needs: ['subject', 'body'],
    read: ({ subject, body }) => [subject, body.text],
    words: {
      en: { label: 'Subject or message body', noun: 'the subject or the message body' },
      fr: { label: 'Objet ou corps du message', noun: 'l’objet ou le corps du message' },
    },
  }),
  from: addressField({
    needs: ['from'],
    read: ({ from }) => present(from),
    words: { en: { label: 'From', noun: 'the sender' }, fr: { label: 'De', noun: 'l’expéditeur' } },
  }),
  sender: addressField({
    needs: ['sender'],
    read: ({ sender }) => present(sender),
    words: { en: { label: 'Sent by', noun: 'the sending address' }, fr: { label: 'Envoyé par', noun: 'l’adresse d’envoi' } },
  }),
  to: addressField({
    needs: ['to'],
    read: ({ to }) => to,
    words: { en: { label: 'To', noun: 'the To line' }, fr: { label: 'À', noun: 'la ligne À' } },
  }),
  cc: addressField({
    needs: ['cc'],
    read: ({ cc }) => cc,
    words: { en: { label: 'Cc', noun: 'the Cc line' }, fr: { label: 'Cc', noun: 'la ligne Cc' } },
  }),
  recipients: addressField({
    needs: ['to', 'cc'],
    read: ({ to, cc }) => [...to, ...cc],
    words: { en: { label: 'To or Cc', noun: 'the list of recipients' }, fr: { label: 'À ou Cc', noun: 'la liste des destinataires' } },
  }),
  header: headerField({
    needs: ['headers'],
    read: ({ headers }, name) => orEmpty(headerTexts(headers, name)),
    words: {
      en: { label: 'Message header', noun: (name) => (name === undefined ? 'a message header' : `the message header ${name}`) },
      fr: { label: 'En-tête du message', noun: (name) => (name === undefined ? 'un en-tête du message' : `l’en-tête ${name} du message`) },
    },
  }),
  importance: choiceField(['low', 'normal', 'high'], {
    needs: ['importance'],
    read: ({ importance }) => importance,
    words: {
      en: { label: 'Importance', noun: 'the importance', choices: { low: 'low', normal: 'normal', high: 'high' } },
      fr: { label: 'Importance', noun: 'l’importance', choices: { low: 'faible', normal: 'normale', high: 'haute' } },
    },
  }),
  sensitivity: choiceField(['normal', 'personal', 'private', 'confidential'], {
    needs: ['sensitivity'],
    read: ({ sensitivity }) => sensitivity,
    words: {
      en: {
        label: 'Sensitivity',
        noun: 'the sensitivity',
        choices: { normal: 'normal', personal: 'personal', private: 'private', confidential: 'confidential' },
      },
      fr: {
        label: 'Confidentialité',
        noun: 'la confidentialité',
        choices: { normal: 'normale', personal: 'personnelle', private: 'privée', confidential: 'confidentielle' },
      },
    },
  }),
  categories: textField({
    needs: ['categories'],
    isList: true,
    read: ({ categories }) => orEmpty(categories),
    words: { en: { label: 'Categories', noun: 'the category' }, fr: { label: 'Catégories', noun: 'la catégorie' } },
  }),
  hasAttachments: flagField({
    needs: ['hasAttachments', 'attachments'],
    // Graph's flag is false for a mail whose only attachments stand in its text; the list, where it was read, knows better.
    read: ({ hasAttachments, attachments }) => hasAttachments || attachments.length > 0,
    words: {
      en: { label: 'Has attachments', yes: 'it has attachments', no: 'it doesn’t have attachments' },
      fr: { label: 'A des pièces jointes', yes: 'il a des pièces jointes', no: 'il n’a pas de pièce jointe' },
    },
  }),
  size: sizeField({
    needs: ['size'],
    read: ({ size }) => size,
    words: { en: { label: 'Size', noun: 'the size' }, fr: { label: 'Taille', noun: 'la taille' } },
  }),
  sentToMe: ownerField({
    needs: ['to'],
    read: ({ to, owner }) => to.some(isOwnedBy(owner)),
    words: {
      en: { label: 'I’m on the To line', yes: 'you’re on the To line', no: 'you’re not on the To line' },
      fr: { label: 'Je suis sur la ligne À', yes: 'vous êtes sur la ligne À', no: 'vous n’êtes pas sur la ligne À' },
    },
  }),
  sentOnlyToMe: ownerField({
    needs: ['to', 'cc'],
    read: ({ to, cc, owner }) => to.length > 0 && cc.length === 0 && to.every(isOwnedBy(owner)),
    words: {
      en: { label: 'I’m the only recipient', yes: 'you’re the only recipient', no: 'you’re not the only recipient' },
      fr: { label: 'Je suis le seul destinataire', yes: 'vous êtes le seul destinataire', no: 'vous n’êtes pas le seul destinataire' },
    },
  }),
  sentCcMe: ownerField({
    needs: ['cc'],
    read: ({ cc, owner }) => cc.some(isOwnedBy(owner)),
    words: {
      en: { label: 'I’m on the Cc line', yes: 'you’re on the Cc line', no: 'you’re not on the Cc line' },
      fr: { label: 'Je suis sur la ligne Cc', yes: 'vous êtes sur la ligne Cc', no: 'vous n’êtes pas sur la ligne Cc' },
    },
  }),
  isAutomaticReply: flagField({
    needs: ['headers', 'messageClass'],
    read: isAutomaticReply,
    words: {
      en: { label: 'Automatic reply', yes: 'it’s an automatic reply', no: 'it isn’t an automatic reply' },
      fr: { label: 'Réponse automatique', yes: 'c’est une réponse automatique', no: 'ce n’est pas une réponse automatique' },
    },
  }),
  isMeetingRequest: flagField({
    needs: ['messageClass'],
    read: ({ messageClass }) => isClass(messageClass, 'ipm.schedule.meeting.request'),
    words: {
      en: { label: 'Meeting request', yes: 'it’s a meeting request', no: 'it isn’t a meeting request' },
      fr: { label: 'Demande de réunion', yes: 'c’est une demande de réunion', no: 'ce n’est pas une demande de réunion' },
    },
  }),
  isNonDeliveryReport: flagField({
    needs: ['messageClass'],
    read: ({ messageClass }) => /^report\..*\.ndr$/.test(messageClass.toLowerCase()),
    words: {
      en: { label: 'Non-delivery report', yes: 'it’s a non-delivery report', no: 'it isn’t a non-delivery report' },
      fr: { label: 'Rapport de non-remise', yes: 'c’est un rapport de non-remise', no: 'ce n’est pas un rapport de non-remise' },
    },
  }),
}

const present = (address: Address | null): Address[] => (address === null ? [] : [address])

const orEmpty = (texts: string[]): string[] => (texts.length === 0 ? [''] : texts)

function headerTexts(headers: Message['headers'], name: string | undefined): string[] {
  if (name === undefined) return headers.map((header) => `${header.name}: ${header.value}`)
  const wanted = name.toLowerCase()
  return headers.filter((header) => header.name.toLowerCase() === wanted).map((header) => header.value)
}

function isClass(messageClass: string, wanted: string): boolean {
  const own = messageClass.toLowerCase()
  return own === wanted || own.startsWith(`${wanted}.`)
}

function isOwnedBy({ addresses }: Message['owner']): (each: Address) => boolean {
  const isOwn = ownAddresses(addresses)
  return ({ address }) => isOwn(address)
}
