// Who the caller is, and the folders of the mailbox.
import { Router } from 'express'
import { GraphError, itemNotFound } from './graph-error.ts'
import { demand } from './guard.ts'
import type { Folder, Mailbox } from './mailbox.ts'
import { queryFrom, readSelect } from './query.ts'
import { mailboxOf, type GraphState } from './state.ts'

const profileProperties = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
  'proxyAddresses',
  'otherMails',
  'identities',
]
const folderProperties = ['id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount', 'isHidden']
const folderPermissions = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite']

export function profileRoutes(state: GraphState): Router {
  const router = Router()

  router.get('/me', (request, response) => {
    const { person } = demand(state, request, 'User.Read')
    const query = queryFrom(new URL(request.originalUrl, state.base).searchParams, ['$select', '$expand'])
    const select = readSelect(query, profileProperties, 'microsoft.graph.user')
    const [givenName = '', ...surname] = person.name.split(' ')
    const all: Record<string, unknown> = {
      businessPhones: [],
      displayName: person.name,
      givenName,
      jobTitle: null,
      mail: person.address,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: 'fr-FR',
      surname: surname.join(' '),
      userPrincipalName: person.address,
      id: person.objectId,
    }
    // Graph gives these three only when they are asked for.
    const askedOnly = { proxyAddresses: [`SMTP:${person.address}`], otherMails: [], identities: [] }
    const chosen = select ? Object.fromEntries(select.map((name) => [name, { ...all, ...askedOnly }[name]])) : all
    response.json({ '@odata.context': `${state.base}/$metadata#users/$entity`, ...chosen })
  })

  router.get('/me/mailFolders', (request, response) => {
    const mailbox = mailboxOf(state, demand(state, request, ...folderPermissions).person)
    const query = queryFrom(new URL(request.originalUrl, state.base).searchParams, ['$select', '$top', '$skip'])
    const select = readSelect(query, folderProperties, 'Microsoft.OutlookServices.MailFolder')
    response.json({ value: mailbox.folders.map((folder) => folderJson(mailbox, folder, select)) })
  })

  router.get('/me/mailFolders/:folder', (request, response) => {
    const mailbox = mailboxOf(state, demand(state, request, ...folderPermissions).person)
    const query = queryFrom(new URL(request.originalUrl, state.base).searchParams, ['$select'])
    const select = readSelect(query, folderProperties, 'Microsoft.OutlookServices.MailFolder')
    const folder = mailbox.folder(request.params.folder)
    if (!folder && request.params.folder.length < 24) throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')
    if (!folder) throw itemNotFound()
    response.json({
      '@odata.context': `${state.base}/$metadata#users('${mailbox.person.objectId}')/mailFolders/$entity`,
      ...folderJson(mailbox, folder, select),
    })
  })
  return router
}

function folderJson(mailbox: Mailbox, folder: Folder, select: string[] | null): Record<string, unknown> {
  const inside = mailbox.messages.filter(({ folderId }) => folderId === folder.id)
  const all: Record<string, unknown> = {
    id: folder.id,
    displayName: folder.displayName,
    parentFolderId: folder.parentFolderId,
    childFolderCount: 0,
    unreadItemCount: inside.filter(({ isRead }) => !isRead).length,
    totalItemCount: inside.length,
    isHidden: false,
  }
  return select ? Object.fromEntries([...new Set(['id', ...select])].map((name) => [name, all[name]])) : all
}
