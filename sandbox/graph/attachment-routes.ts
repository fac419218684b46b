import { Router, type Request } from 'express'
import { attachmentJson, attachmentProperties } from './attachment-json.ts'
import { GraphError, itemNotFound } from './graph-error.ts'
import { demand } from './guard.ts'
import { findMessage, readPermissions } from './mail-routes.ts'
import type { Attachment } from './message.ts'
import { queryFrom, readSelect } from './query.ts'
import type { GraphState } from './state.ts'

const paths = ['/me/messages/:id/attachments', '/me/mailFolders/:folder/messages/:id/attachments']

export function attachmentRoutes(state: GraphState): Router {
  const router = Router()

  const attachmentOf = (request: Request): Attachment => {
    demand(state, request, ...readPermissions)
    const { message } = findMessage(state, request)
    const attachment = message.attachments.find(({ id }) => id === request.params['attachment'])
    if (!attachment) throw itemNotFound()
    return attachment
  }

  router.get(paths, (request, response) => {
    demand(state, request, ...readPermissions)
    const { message } = findMessage(state, request)
    const query = queryFrom(new URL(request.originalUrl, state.base).searchParams, [
      '$select',
      '$top',
      '$skip',
      '$expand',
      '$filter',
      '$count',
    ])
    const select = readSelect(query, attachmentProperties, 'microsoft.graph.attachment')
    response.json({
      '@odata.context': `${state.base}/$metadata#users/messages/attachments`,
      value: message.attachments.map((attachment) => attachmentJson(attachment, select)),
    })
  })

  router.get(
    paths.map((path) => `${path}/:attachment`),
    (request, response) => {
      const attachment = attachmentOf(request)
      const query = queryFrom(new URL(request.originalUrl, state.base).searchParams, ['$select', '$expand'])
      const select = readSelect(query, attachmentProperties, 'microsoft.graph.attachment')
      const { $expand: expand } = query
      if (expand !== undefined && expand.toLowerCase() !== 'microsoft.graph.itemattachment/item') {
        throw new GraphError(
          400,
          'RequestBroker--ParseUri',
          `Could not find a property named '${expand}' on type 'microsoft.graph.attachment'.`,
        )
      }
      const item =
        expand !== undefined && attachment.kind === 'item'
          ? { item: { '@odata.type': '#microsoft.graph.message', subject: attachment.name } }
          : {}
      response.json({ ...attachmentJson(attachment, select), ...item })
    },
  )

  router.get(
    paths.map((path) => `${path}/:attachment/\\$value`),
    (request, response) => {
      const attachment = attachmentOf(request)
      if (attachment.kind === 'reference')
        throw new GraphError(405, 'ErrorInvalidRequest', 'A reference attachment has no content of its own.')
      response.type(attachment.contentType ?? 'application/octet-stream').send(attachment.content)
    },
  )
  return router
}
