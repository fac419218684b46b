import { randomBytes } from 'node:crypto'
import type { Person } from '../entra/directory.ts'
import { makeChangeKey, makeOrdinaryId, messageFromMail, type Mail, type Message } from './message.ts'

const wellKnownFolders = {
  inbox: 'Boîte de réception',
  junkemail: 'Courrier indésirable',
  deleteditems: 'Éléments supprimés',
  sentitems: 'Éléments envoyés',
  drafts: 'Brouillons',
  archive: 'Archive',
  outbox: 'Boîte d’envoi',
} as const

type WellKnownFolder = keyof typeof wellKnownFolders
export type Folder = { id: string; wellKnownName: WellKnownFolder; displayName: string; parentFolderId: string }

export type Mailbox = {
  person: Person
  folders: Folder[]
  messages: Message[]
  folder(nameOrId: string): Folder | undefined
  /** By either ID; a default ID that the message no longer has finds nothing. */
  message(id: string): Message | undefined
  add(mail: Mail, folder: Folder): Message
  move(message: Message, folder: Folder): void
  touch(message: Message): void
  remove(message: Message): void
}

export function openMailbox(person: Person): Mailbox {
  const root = makeFolderId()
  const folders = Object.entries(wellKnownFolders).map(([name, displayName]) => ({
    id: makeFolderId(),
    wellKnownName: name as WellKnownFolder,
    displayName,
    parentFolderId: root,
  }))
  const messages: Message[] = []
  const touch = (message: Message) => {
    message.changeKey = makeChangeKey()
    message.modifiedAt = new Date()
  }
  return {
    person,
    folders,
    messages,
    folder: (nameOrId) => folders.find(({ id, wellKnownName }) => id === nameOrId || wellKnownName === nameOrId.toLowerCase()),
    message: (id) => messages.find((message) => message.id === id || message.immutableId === id),
    add(mail, folder) {
      const message = messageFromMail(mail, folder.id, { name: person.name, address: person.address })
      messages.push(message)
      return message
    },
    move(message, folder) {
      message.folderId = folder.id
      message.id = makeOrdinaryId()
      touch(message)
    },
    touch,
    remove: (message) => void messages.splice(messages.indexOf(message), 1),
  }
}

const makeFolderId = () => `AQMkADA${randomBytes(60).toString('base64url')}AAAA==`
