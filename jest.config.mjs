import { availableParallelism } from 'node:os'

const typescript = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testEnvironment: 'node',
}

// The pure core is tested without any server; everything else shares one Postgres and one Temporal server.
export default {
  projects: [
    { ...typescript, displayName: 'domain', testMatch: ['<rootDir>/test/domain/**/*.test.ts'] },
    {
      ...typescript,
      displayName: 'system',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/domain/'],
      globalSetup: '<rootDir>/test/support/globalSetup.ts',
      globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
    },
  ],
  testTimeout: 120_000,
  // The tests on the engine and in the browser wait half of their time: one process more than there are cores.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/test/support/slowestFirst.mjs',
  reporters: ['default'],
}
