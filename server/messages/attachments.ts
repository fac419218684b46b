// The attachments of a mail: a list without their bytes, and one's bytes as they come.
import { z } from 'zod'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { Graph } from '../graph/graph-client.ts'
import { printable } from '../html/readable-text.ts'

const longestName = 200

export async function listAttachments(graph: Graph, messageId: string): Promise<AttachmentSummary[]> {
  const page = await graph.get(`${pathOf(messageId)}?$select=id,name,size,contentType,isInline`)
  return graphAttachments.parse(page).value.map(summaryFrom)
}

/** What a recipe takes as files: not the pictures that stand in the text. `isInline` alone is known to be wrong for documents. */
export function isFileOfMail({ isInline, contentType }: AttachmentSummary): boolean {
  return !(isInline && contentType.toLowerCase().startsWith('image/'))
}

/** A file's bytes; of an attached mail its MIME text. A link to a file elsewhere has none. */
export const streamAttachment = (graph: Graph, messageId: string, attachmentId: string) =>
  graph.stream(`${pathOf(messageId)}/${encodeURIComponent(attachmentId)}/$value`)

const pathOf = (messageId: string) => `/me/messages/${encodeURIComponent(messageId)}/attachments`

const graphAttachment = z.object({
  '@odata.type': z.string().catch(''),
  id: z.string(),
  name: z.string().catch(''),
  contentType: z.string().catch(''),
  size: z.number().catch(0),
  isInline: z.boolean().catch(false),
})
const graphAttachments = z.object({ value: z.array(graphAttachment) })

function summaryFrom(read: z.infer<typeof graphAttachment>): AttachmentSummary {
  const type = read['@odata.type']
  const kind = type.endsWith('itemAttachment') ? 'item' : type.endsWith('referenceAttachment') ? 'reference' : 'file'
  return {
    id: read.id,
    name: fileName(read.name, kind),
    contentType: kind === 'item' ? 'message/rfc822' : printable(read.contentType) || 'application/octet-stream',
    size: read.size,
    kind,
    isInline: read.isInline,
  }
}

/** A name without a path or a line break; an attached mail becomes a file of its own kind. */
function fileName(name: string, kind: AttachmentSummary['kind']): string {
  const clean =
    printable(name)
      .replace(/[\s/\\:*?"<>|]+/g, ' ')
      .trim() || 'attachment'
  return kind === 'item' ? `${clean.slice(0, longestName - 4)}.eml` : clean.slice(-longestName)
}
