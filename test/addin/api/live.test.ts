import { expect, test } from '@jest/globals'
import { readEvents } from '../../../addin/api/live.ts'

const streamOf = (...chunks: string[]) => {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk))
      controller.close()
    },
  })
}

async function heard(...chunks: string[]) {
  const events: unknown[] = []
  await readEvents(streamOf(...chunks), (event) => events.push(event))
  return events
}

test('an event is heard however its bytes are cut', async () => {
  expect(await heard(': here\n\nda', 'ta: {"kind":"item",', '"id":"1"}\n', '\ndata: {"kind":"run","id":"2"}\r\n\r\n')).toEqual([
    { kind: 'item', id: '1' },
    { kind: 'run', id: '2' },
  ])
})

test.each([': still here\n\n', 'data: not json\n\n', 'data: {"kind":"weather","id":"1"}\n\n', 'data: {"kind":"item","id":"1"}'])(
  '%j is no event',
  async (text) => {
    expect(await heard(text)).toEqual([])
  },
)
