// Once before all test files: PostgreSQL is started where its binaries are, and told to the tests by TEST_DATABASE_URL.
import { findPostgresBinaries } from './parts.ts'
import { startPostgres, type Cluster } from './postgres.ts'

declare global {
  var testCluster: Cluster | undefined
}

export default async function globalSetup(): Promise<void> {
  const given = process.env['DATABASE_URL']
  const binaries = findPostgresBinaries()
  delete process.env['DATABASE_URL']
  if (given) process.env['TEST_DATABASE_URL'] = given
  else if (binaries) {
    globalThis.testCluster = await startPostgres(binaries)
    process.env['TEST_DATABASE_URL'] = globalThis.testCluster.url
  }
}
