export default {
  testEnvironment: 'node',
  // Inside the clone: what another clone or an earlier checkout has left in the temporary folder is not used.
  cacheDirectory: '<rootDir>/.cache/jest',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '\\.ts$': '<rootDir>/test/support/strip-types.mjs',
    '\\.tsx$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'automatic' } } },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Bounds for what has gone wrong. A machine that does other work meanwhile takes several times as long.
  testTimeout: 600_000,
  maxWorkers: 2,
  // A worker grows with every file.
  workerIdleMemoryLimit: '1GB',
  // Until the system has taken half a gigabyte back; one that something is still open in is seen all the same.
  workerGracefulExitTimeout: 10_000,
}
