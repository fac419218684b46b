import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

const root = new URL('../../', import.meta.url)

test('tests run on the Node that the project brings', () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24)
})

test('an installation that is whole is not done again', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/ensure-install.mjs'], { cwd: root, encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
})

test('the lock file names no address of a registry, and every version is exact', () => {
  expect(readFileSync(new URL('package-lock.json', root), 'utf8')).not.toMatch(/"resolved": "http/)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Record<
    string,
    Record<string, string>
  >
  for (const version of Object.values({ ...dependencies, ...devDependencies })) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

test('.env.example knows every variable that the server reads', () => {
  const example = readFileSync(new URL('.env.example', root), 'utf8')
  const config = readFileSync(new URL('server/config.ts', root), 'utf8')
  const read = [...config.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name)
  expect(read.length).toBeGreaterThan(20)
  for (const name of read) expect(example).toMatch(new RegExp(`^(# )?${name}=`, 'm'))
})
