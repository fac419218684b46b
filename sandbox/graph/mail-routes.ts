import { Router, json, type Request, type Response } from 'express'
import { attachmentJson } from './attachment-json.ts'
import { readExpand } from './expand.ts'
import { badRequest, GraphError, itemNotFound } from './graph-error.ts'
import { demand } from './guard.ts'
import type { Folder, Mailbox } from './mailbox.ts'
import { beyondBasic, messageJson, messageProperties, type MessageView } from './message-json.ts'
import type { Message } from './message.ts'
import { mimeFrom } from './mime.ts'
import { applyPreferences } from './preferences.ts'
import { queryFrom, readListOptions, readSelect, skipTokenFrom, type Query } from './query.ts'
import { mailboxOf, type GraphState } from './state.ts'

export const readPermissions = ['Mail.Read', 'Mail.ReadWrite']
const basicPermissions = ['Mail.ReadBasic', ...readPermissions]
const inFolder = '/me/mailFolders/:folder/messages'

export function mailRoutes(state: GraphState): Router {
  const router = Router()
  router.get(['/me/messages', inFolder], (request, response) => list(state, request, response))
  router.get(['/me/messages/:id', `${inFolder}/:id`], (request, response) => get(state, request, response))
  router.get(['/me/messages/:id/\\$value', `${inFolder}/:id/\\$value`], (request, response) => {
    demand(state, request, ...readPermissions)
    response.type('text/plain').send(mimeFrom(findMessage(state, request).message))
  })
  router.post('/me/translateExchangeIds', json(), (request, response) => translate(state, request, response))
  return router
}

/** The message in the path, in the folder of the path; an ID from another mailbox finds nothing. */
export function findMessage(state: GraphState, request: Request): { mailbox: Mailbox; message: Message } {
  const { person } = demand(state, request, ...basicPermissions)
  const mailbox = mailboxOf(state, person)
  const id = String(request.params['id'])
  if (!/^[A-Za-z0-9_-]{24,}={0,2}$/.test(id)) throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')
  const folder = folderOf(mailbox, request)
  const message = mailbox.message(id)
  if (!message || (folder && message.folderId !== folder.id)) throw itemNotFound()
  return { mailbox, message }
}

function get(state: GraphState, request: Request, response: Response): void {
  const { mailbox, message } = findMessage(state, request)
  const query = queryFrom(searchOf(request), ['$select', '$expand'])
  const { view, attachments } = viewFrom(state, { request, response, query })
  response.json({
    '@odata.context': `${state.base}/$metadata#users('${mailbox.person.objectId}')/messages/$entity`,
    ...messageJson(message, view),
    ...(attachments ? { attachments: message.attachments.map((attachment) => attachmentJson(attachment, null)) } : {}),
  })
}

function list(state: GraphState, request: Request, response: Response): void {
  const { person } = demand(state, request, ...basicPermissions)
  const mailbox = mailboxOf(state, person)
  const folder = folderOf(mailbox, request)
  const search = searchOf(request)
  const query = queryFrom(search, ['$select', '$expand', '$filter', '$orderby', '$top', '$skip', '$skiptoken', '$count'])
  const { view } = viewFrom(state, { request, response, query })
  const { top, skip, keep, compare } = readListOptions(query)
  const found = mailbox.messages.filter((message) => (!folder || message.folderId === folder.id) && keep(message)).sort(compare)
  const next = skip + top < found.length ? nextLink(state, request, search, skip + top) : null
  response.json({
    '@odata.context': `${state.base}/$metadata#users('${person.objectId}')/messages`,
    ...(query['$count'] === 'true' ? { '@odata.count': found.length } : {}),
    value: found.slice(skip, skip + top).map((message) => messageJson(message, view)),
    ...(next ? { '@odata.nextLink': next } : {}),
  })
}

function nextLink(state: GraphState, request: Request, search: URLSearchParams, skip: number): string {
  const following = new URLSearchParams(search)
  following.delete('$skip')
  following.set('$skiptoken', skipTokenFrom(skip))
  return `${state.base}${request.path}?${following}`
}

type Asked = { request: Request; response: Response; query: Query }

function viewFrom(state: GraphState, { request, response, query }: Asked): { view: MessageView; attachments: boolean } {
  const { permissions } = demand(state, request, ...basicPermissions)
  const basicOnly = !permissions.some((permission) => readPermissions.includes(permission))
  const select = readSelect(query, messageProperties, 'Microsoft.OutlookServices.Message')
  const { attachments, properties } = readExpand(query['$expand'])
  if (basicOnly && (attachments || properties || select?.some((name) => beyondBasic.includes(name))))
    demand(state, request, ...readPermissions)
  return { view: { preferences: applyPreferences(request, response), select, properties, basicOnly }, attachments }
}

function folderOf(mailbox: Mailbox, request: Request): Folder | null {
  const name = request.params['folder']
  if (name === undefined) return null
  const folder = mailbox.folder(String(name))
  if (folder) return folder
  if (String(name).length < 24) throw new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.')
  throw itemNotFound()
}

function searchOf(request: Request): URLSearchParams {
  return new URL(request.originalUrl, 'http://graph').searchParams
}

function translate(state: GraphState, request: Request, response: Response): void {
  const { person } = demand(state, request, 'User.Read', ...basicPermissions)
  const body: { inputIds?: unknown; sourceIdType?: unknown; targetIdType?: unknown } = request.body ?? {}
  const types = ['entryId', 'ewsId', 'immutableEntryId', 'restId', 'restImmutableEntryId']
  if (!Array.isArray(body.inputIds) || body.inputIds.length > 1000) throw badRequest('inputIds must be a list of at most 1000 ids.')
  if (![body.sourceIdType, body.targetIdType].every((type) => types.includes(String(type)))) throw badRequest('The id type is not known.')
  const immutable = String(body.targetIdType).toLowerCase().includes('immutable')
  const value = body.inputIds.map(String).flatMap((sourceId) => {
    const message = mailboxOf(state, person).message(sourceId)
    return message ? [{ sourceId, targetId: immutable ? message.immutableId : message.id }] : []
  })
  if (value.length === 0) throw itemNotFound()
  response.json({ '@odata.context': `${state.base}/$metadata#Collection(microsoft.graph.convertIdResult)`, value })
}
