import type { Attachment } from './message.ts'

const baseProperties = ['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline']
const fileProperties = ['contentId', 'contentLocation', 'contentBytes']
const cast = 'microsoft.graph.fileAttachment/'

/** Properties of a file attachment are selected through a cast, never by their plain name. */
export const attachmentProperties = [...baseProperties, ...fileProperties.map((name) => `${cast}${name}`)]

export function attachmentJson(attachment: Attachment, select: string[] | null): Record<string, unknown> {
  const isFile = attachment.kind === 'file'
  const all: Record<string, unknown> = {
    id: attachment.id,
    lastModifiedDateTime: '2026-11-20T09:00:00Z',
    name: attachment.name,
    contentType: attachment.contentType,
    size: attachment.content.length + 300,
    isInline: attachment.isInline,
    ...(isFile ? { contentId: attachment.contentId, contentLocation: null, contentBytes: attachment.content.toString('base64') } : {}),
  }
  const names = select?.map((name) => name.replace(cast, '')) ?? [...baseProperties, ...fileProperties]
  const chosen = [...new Set(['id', ...names])].filter((name) => name in all).map((name) => [name, all[name]])
  return { '@odata.type': `#microsoft.graph.${attachment.kind}Attachment`, ...Object.fromEntries(chosen) }
}
