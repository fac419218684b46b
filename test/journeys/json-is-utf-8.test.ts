// Every route that takes a body takes JSON in UTF-8 and nothing else. The routes come from the document.
import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { problemFrom, pathTo } from '../support/api-client.ts'
import { databases } from '../support/databases.ts'
import { startWorld, type World } from '../support/world.ts'

const text = '{"name":"Café","body":"é"}'
const utf16 = Buffer.from(text, 'utf16le')

type Sent = { raw: Buffer; headers: Record<string, string> }

const sent = (raw: Buffer | string, type: string, more: Record<string, string> = {}): Sent => ({
  raw: Buffer.from(raw),
  headers: { 'content-type': type, ...more },
})

const others: Record<string, Sent> = {
  'UTF-16 that says so': sent(utf16, 'application/json; charset=utf-16'),
  'UTF-16LE that says so': sent(utf16, 'application/json; charset=utf-16le'),
  'UTF-16 with its mark': sent(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'application/json;charset="UTF-16"'),
  'UTF-16 that says it is UTF-8': sent(utf16, 'application/json; charset=utf-8'),
  'UTF-16 that says nothing': sent(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), 'application/json'),
  'UTF-8 that says it is UTF-16': sent(text, 'application/json; charset=utf-16'),
  'UTF-32': sent(text, 'application/json; charset=utf-32'),
  'UTF-7': sent(text, 'application/json; charset=utf-7'),
  Latin1: sent(Buffer.from(text, 'latin1'), 'application/json; charset=iso-8859-1'),
  'Latin1 that says nothing': sent(Buffer.from(text, 'latin1'), 'application/json'),
  'ASCII by name': sent('{"name":"A"}', 'application/json; charset=us-ascii'),
  'a charset that is none': sent(text, 'application/json; charset=nothing'),
  'an empty charset': sent(text, 'application/json; charset='),
  'two charsets': sent(text, 'application/json; charset=utf-8; charset=utf-16'),
  'an overlong slash': sent(Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]), 'application/json'),
  'half a surrogate pair': sent(
    Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    'application/json',
  ),
  'a sequence cut short': sent(Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc3])]), 'application/json'),
  'a byte order mark': sent(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]), 'application/json; charset=utf-8'),
  gzip: sent(gzipSync(text), 'application/json', { 'content-encoding': 'gzip' }),
  deflate: sent(deflateSync(text), 'application/json', { 'content-encoding': 'deflate' }),
  brotli: sent(brotliCompressSync(text), 'application/json', { 'content-encoding': 'br' }),
  'an encoding that is none': sent(text, 'application/json', { 'content-encoding': 'nothing' }),
  'a bomb of 64 MiB': sent(gzipSync(Buffer.alloc(64 * 1024 * 1024, '[')), 'application/json', { 'content-encoding': 'gzip' }),
}

describe.each(databases)('on %s', (database) => {
  test('a body in another encoding is 415 or 400 on every route that takes one', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const routes = await routesWithBody(world)
    expect(routes.length).toBeGreaterThan(10)
    const wrong: string[] = []
    for (const [method, path] of routes) {
      for (const [name, given] of Object.entries(others)) {
        const reply = await api.request(method, path, given)
        const isRefused =
          [400, 415].includes(reply.status) && ['malformed-request', 'unsupported-media-type'].includes(problemFrom(reply).code)
        if (!isRefused) wrong.push(`${method} ${path}, ${name}: ${reply.status} ${reply.text.slice(0, 100)}`)
      }
    }
    expect(wrong).toEqual([])
    expect((await api.call('listBoards')).items).toEqual([])
  })

  test('UTF-8 is taken whether it is named or not', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      'Application/JSON; Charset=UTF-8',
    ]) {
      const reply = await api.request('POST', '/api/boards', sent('{"name":"Café ☕ 🍵"}', type))
      expect([reply.status, (reply.body as { name: string }).name]).toEqual([201, 'Café ☕ 🍵'])
    }
    const plain = await api.request('POST', '/api/boards', sent('{"name":"A"}', 'application/json', { 'content-encoding': 'identity' }))
    expect(plain.status).toBe(201)
  })
})

type Described = { paths: Record<string, Record<string, { requestBody?: unknown }>> }

async function routesWithBody(world: World): Promise<[method: string, path: string][]> {
  const { paths } = (await (await fetch(`${world.server.url}/openapi.json`)).json()) as Described
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { requestBody }]) => requestBody !== undefined)
      .map(([method]): [string, string] => [method.toUpperCase(), pathTo(path)]),
  )
  return [...described, ['POST', '/graph/notifications'], ['POST', '/graph/lifecycle']]
}
