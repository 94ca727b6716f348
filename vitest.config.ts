import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // None: a busy machine is no fault of the code.
    testTimeout: 0,
    hookTimeout: 0,
    maxWorkers: 2,
    sequence: { hooks: 'stack' },
  },
})
