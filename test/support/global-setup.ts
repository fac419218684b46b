// Once before all test files: PostgreSQL is started where its binaries are, and told to the tests by TEST_DATABASE_URL. What
// they make once and share (see prepared.ts) has names of this run.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgresBinaries } from './parts.ts'
import { startPostgres, type Cluster } from './postgres.ts'

declare global {
  var testCluster: Cluster | undefined
}

export default async function globalSetup(): Promise<void> {
  process.env['TEST_RUN_FOLDER'] = mkdtempSync(join(tmpdir(), 'mailboard-run-'))
  process.env['TEST_PREPARED_DATABASE'] = `mailboard_prepared_${process.pid}`
  const given = process.env['DATABASE_URL']
  const binaries = findPostgresBinaries()
  delete process.env['DATABASE_URL']
  if (given) process.env['TEST_DATABASE_URL'] = given
  else if (binaries) {
    globalThis.testCluster = await startPostgres(binaries)
    process.env['TEST_DATABASE_URL'] = globalThis.testCluster.url
  }
}
