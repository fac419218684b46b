import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const logModule = fileURLToPath(new URL('../../../server/log.ts', import.meta.url))

/** What a process writes that logs this. */
function written(statement: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [
    '--input-type=module',
    '-e',
    `import { log } from ${JSON.stringify(logModule)}\n${statement}`,
  ])
  expect(String(stderr)).toBe('')
  return String(stdout)
}

test('only listed fields are written', () => {
  const line = JSON.parse(
    written(
      `log.info({ runId: 'r1', token: 'canary', body: 'canary', clientState: 'canary', headers: { authorization: 'canary' } }, 'Hello')`,
    ),
  )
  expect(line).toMatchObject({ level: 'info', msg: 'Hello', runId: 'r1' })
  expect(JSON.stringify(line)).not.toContain('canary')
})

test.each([
  ["new Error('failed with eyJhbGciOi.eyJzdWIi.canary')"],
  ["new Error('Bearer canary')"],
  ["new Error('hvs.canarycanarycanarycanary is not allowed')"],
  ["new Error('POST https://x/token?code=canary&state=1')"],
  ["Object.assign(new Error('away'), { config: { headers: { 'X-Vault-Token': 'canary' } } })"],
  ["new Error('outer', { cause: new Error('refresh_token=canary') })"],
])('an error never shows a secret: %s', (error) => {
  const line = written(`log.error({ err: ${error} }, 'It failed')`)
  expect(line).toContain('It failed')
  expect(line).not.toContain('canary')
})

test('an error shows its kind, code, status and cause', () => {
  const line = JSON.parse(
    written(`log.warn({ err: Object.assign(new TypeError('a'), { code: 'X1', status: 500, cause: new Error('b') }) }, 'It failed')`),
  )
  expect(line.err).toMatchObject({ type: 'TypeError', message: 'a', code: 'X1', status: 500, cause: { type: 'Error', message: 'b' } })
})
