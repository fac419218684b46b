// The attachments of a message: a list without their bytes, and the bytes of one as a stream.
import { z } from 'zod'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { Graph } from '../graph/graph-client.ts'
import { printable } from '../html/printable.ts'

const longestName = 200

export async function listAttachments(graph: Graph, messageId: string): Promise<ListedAttachment[]> {
  const page = await graph.get(`${pathOf(messageId)}?$select=id,name,size,contentType,microsoft.graph.fileAttachment/contentId`)
  return graphAttachments.parse(page).value
}

/** `html` is the message's body, which may contain pictures. */
export function attachmentsFrom(listed: readonly ListedAttachment[], html: string): AttachmentSummary[] {
  const shown = listed.some(mayStandInText) ? contentIdsIn(html) : new Set()
  return listed.map((one) => summaryFrom(one, mayStandInText(one) && shown.has(plainId(one.contentId ?? ''))))
}

/** The files for a recipe: not the pictures within the text. */
export const isFileOfMail = ({ isInline }: AttachmentSummary): boolean => !isInline

/** A file's bytes; for an attached message, its MIME text. A link to a file elsewhere has none. */
export const streamAttachment = (graph: Graph, messageId: string, attachmentId: string) =>
  graph.stream(`${pathOf(messageId)}/${encodeURIComponent(attachmentId)}/$value`)

const pathOf = (messageId: string) => `/me/messages/${encodeURIComponent(messageId)}/attachments`

const graphAttachment = z.object({
  '@odata.type': z.string().catch(''),
  id: z.string(),
  name: z.string().catch(''),
  contentType: z.string().catch(''),
  size: z.number().catch(0),
  contentId: z.string().nullish().catch(null),
})
const graphAttachments = z.object({ value: z.array(graphAttachment) })

export type ListedAttachment = z.infer<typeof graphAttachment>

/** Graph's own `isInline` is true for photos that no text shows, and for documents, so the references in the text decide. */
export const mayStandInText = ({ contentId, contentType }: ListedAttachment) => Boolean(contentId) && /^image\//i.test(contentType)

const contentIdsIn = (html: string) => new Set([...html.matchAll(/\bcid:([^"'\s<>()]+)/gi)].map(([, id = '']) => plainId(id)))

/** It may be percent-encoded in an address; in a header it is in angle brackets. */
function plainId(contentId: string): string {
  const id = contentId.replace(/^<|>$/g, '').toLowerCase()
  try {
    return decodeURIComponent(id)
  } catch {
    return id
  }
}

function summaryFrom(read: ListedAttachment, isInline: boolean): AttachmentSummary {
  const type = read['@odata.type']
  const kind = type.endsWith('itemAttachment') ? 'item' : type.endsWith('referenceAttachment') ? 'reference' : 'file'
  return {
    id: read.id,
    name: fileName(read.name, kind),
    contentType: kind === 'item' ? 'message/rfc822' : printable(read.contentType) || 'application/octet-stream',
    size: read.size,
    kind,
    isInline,
  }
}

/** A name without a path or a line break; an attached message becomes an .eml file. */
function fileName(name: string, kind: AttachmentSummary['kind']): string {
  const clean =
    printable(name)
      .replace(/[\s/\\:*?"<>|]+/g, ' ')
      .trim() || 'attachment'
  return kind === 'item' ? `${clean.slice(0, longestName - 4)}.eml` : clean.slice(-longestName)
}
