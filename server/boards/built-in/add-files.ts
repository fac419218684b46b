// The attachments of a mail as files of an update: which are taken, and which are left out and why. Their bytes follow.
import type { AttachmentSummary } from '../../../recipes/message.ts'
import type { Db } from '../../database/schema.ts'
import type { Origin } from '../board-target.ts'
import { largestFile } from '../file-store.ts'

export const largestMail = 50 * 1024 * 1024
export const mostFiles = 20

type Wanted = { tenantId: string; updateId: string; origin: Origin; files: readonly AttachmentSummary[] }

export async function addFiles(trx: Db, { tenantId, updateId, origin, files }: Wanted): Promise<{ pending: number; leftOut: string[] }> {
  if (files.length === 0) return { pending: 0, leftOut: [] }
  const sorted = sortOut(files)
  await trx
    .insertInto('files')
    .values(
      sorted.map(({ file, because }) => ({
        tenant_id: tenantId,
        update_id: updateId,
        run_id: origin.runId,
        message_id: origin.messageId,
        attachment_id: because === null ? file.id : null,
        name: safeFileName(file.name),
        content_type: file.contentType.slice(0, 200),
        size: file.size,
        state: because === null ? ('pending' as const) : ('left-out' as const),
        left_out_because: because,
      })),
    )
    .execute()
  const leftOut = sorted.flatMap(({ file, because }) => (because === null ? [] : [safeFileName(file.name)]))
  return { pending: sorted.length - leftOut.length, leftOut }
}

function sortOut(files: readonly AttachmentSummary[]): { file: AttachmentSummary; because: string | null }[] {
  let bytes = 0
  let count = 0
  return files.slice(0, 200).map((file) => {
    if (file.kind === 'reference') return { file, because: 'not-a-file' }
    if (file.size > largestFile) return { file, because: 'too-large' }
    if (bytes + file.size > largestMail) return { file, because: 'mail-too-large' }
    if (count >= mostFiles) return { file, because: 'too-many' }
    bytes += file.size
    count += 1
    return { file, because: null }
  })
}

/** A name is shown and saved, never a path. */
const safeFileName = (name: string) =>
  name
    .replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .replace(/^\.+/, '')
    .trim()
    .slice(-200) || 'file'
