import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

test('the production entry refuses a bad environment with one message that lists every fault, and shows no secret', () => {
  const env = { PORT: 'many', PUBLIC_URL: 'http://mail.example.com', ROLE: 'worker', ENTRA_CLIENT_SECRET: 'a-secret-that-must-not-show' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [main], { env, cwd: tmpdir(), encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stdout).toBe('')
  for (const name of ['PORT', 'PUBLIC_URL', 'ROLE', 'ENTRA_CLIENT_ID', 'VAULT_ADDR', 'VAULT_ROLE_ID', 'VAULT_SECRET_ID'])
    expect(stderr).toContain(name)
  expect(stderr).not.toContain('a-secret-that-must-not-show')
})
