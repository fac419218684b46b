import { rmSync } from 'node:fs'
import { dropDatabase } from './postgres.ts'

export default async function globalTeardown(): Promise<void> {
  const { TEST_RUN_FOLDER, TEST_DATABASE_URL, TEST_PREPARED_DATABASE } = process.env
  if (globalThis.testCluster) await globalThis.testCluster.stop()
  else if (TEST_DATABASE_URL && TEST_PREPARED_DATABASE) await dropDatabase(TEST_DATABASE_URL, TEST_PREPARED_DATABASE)
  if (TEST_RUN_FOLDER) rmSync(TEST_RUN_FOLDER, { recursive: true, force: true })
}
