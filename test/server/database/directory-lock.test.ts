import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openDatabase } from '../../../server/database/database.ts'
import { lockDirectory } from '../../../server/database/directory-lock.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailboard-lock-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('a folder is locked once, and free after its release', () => {
  const lock = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow('in use')
  lock.release()
  lockDirectory(directory).release()
  expect(readdirSync(directory)).toEqual([])
})

test('a lock of a process that is gone is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(join(directory, 'mailboard.lock'), JSON.stringify({ pid, started: '1' }))
  lockDirectory(directory).release()
})

test('a lock whose process id now belongs to somebody else is taken over', () => {
  writeFileSync(join(directory, 'mailboard.lock'), JSON.stringify({ pid: process.ppid, started: '1' }))
  lockDirectory(directory).release()
})

test('a lock that cannot be read is taken over', () => {
  writeFileSync(join(directory, 'mailboard.lock'), '')
  lockDirectory(directory).release()
})

test('another process that lives keeps its lock', () => {
  const module = new URL('../../../server/database/directory-lock.ts', import.meta.url).href
  const lock = lockDirectory(directory)
  const script = `import { lockDirectory } from ${JSON.stringify(module)}\ntry { lockDirectory(${JSON.stringify(directory)}) } catch (error) { console.log(error.message) }`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script])
  expect(String(stdout)).toContain(`in use by process ${process.pid}`)
  lock.release()
})

test('the embedded database keeps its folder to its owner and lets nobody else in', async () => {
  const config = { databaseUrl: null, dataDir: join(directory, 'new') }
  const database = await openDatabase(config)
  expect(statSync(config.dataDir).mode & 0o777).toBe(0o700)
  await expect(openDatabase(config)).rejects.toThrow('in use')
  await database.close()
  await (await openDatabase(config)).close()
})
