import { expect, test } from '@jest/globals'
import type { Graph } from '../../../server/graph/graph-client.ts'
import { attachmentsFrom, isFileOfMail, listAttachments, mayStandInText } from '../../../server/messages/attachments.ts'

const file = '#microsoft.graph.fileAttachment'
const photo = { '@odata.type': file, id: '1', name: 'photo.jpg', contentType: 'image/jpeg', size: 9, isInline: true, contentId: 'Photo@1' }

const graphWith = (...value: unknown[]): Graph => ({
  get: async () => ({ value }),
  getLong: async () => Buffer.from(''),
  next: () => undefined,
  post: async () => undefined,
  patch: async () => undefined,
  delete: async () => undefined,
  stream: async () => {
    throw new Error('Nobody asks for bytes.')
  },
})

async function filesOf(attachment: unknown, html: string): Promise<string[]> {
  const listed = attachmentsFrom(await listAttachments(graphWith(attachment), 'm'), html)
  return listed.filter(isFileOfMail).map(({ name }) => name)
}

test.each([
  ['a picture that the text shows', photo, '<img src="cid:photo@1">', []],
  ['one whose id is spelled as in an address', photo, '<img src=cid:Photo%401>', []],
  ['one that Graph does not call inline', { ...photo, isInline: false }, '<img src="cid:Photo@1">', []],
  ['a photo that no text shows, called inline all the same', photo, '<p>My photo</p>', ['photo.jpg']],
  ['a picture whose id only begins like one in the text', photo, '<img src="cid:photo@10">', ['photo.jpg']],
  ['a picture without an id', { ...photo, contentId: null }, '<img src="cid:">', ['photo.jpg']],
  ['a document called inline', { ...photo, name: 'a.pdf', contentType: 'application/pdf' }, '<img src="cid:Photo@1">', ['a.pdf']],
  [
    'an attached mail',
    { '@odata.type': '#microsoft.graph.itemAttachment', id: '1', name: 'Re: a/b', contentType: null, size: 1 },
    '',
    ['Re a b.eml'],
  ],
] as const)('%s', async (_what, attachment, html, files) => {
  expect(await filesOf(attachment, html)).toEqual(files)
})

test('the text is read only when a picture may stand in it', async () => {
  const document = { '@odata.type': file, id: '1', name: 'a.pdf', contentType: 'application/pdf', size: 9, contentId: null }
  const listed = await listAttachments(graphWith(document), 'm')
  expect(listed.some(mayStandInText)).toBe(false)
  expect(attachmentsFrom(listed, '')).toEqual([
    { id: '1', name: 'a.pdf', contentType: 'application/pdf', size: 9, kind: 'file', isInline: false },
  ])
})
