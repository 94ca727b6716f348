// How vitest runs tests against mutants: the files that start no processes, all in one thread.
import { defineConfig } from 'vitest/config'
import { keptThread } from './kept-thread.ts'
import { QuickFirst } from './quick-first.ts'
import { root, selectTests, testsVariable } from './select.ts'
import { strykerSetup } from './stryker-setup.ts'

const asked = process.env[testsVariable]

export default defineConfig({
  plugins: [strykerSetup(), keptThread()],
  test: {
    root,
    include: asked === undefined ? [...selectTests().chosen] : (JSON.parse(asked) as string[]),
    // Not one graph of modules a file: loading it would take longer than most tests.
    isolate: false,
    testTimeout: 0,
    hookTimeout: 0,
    sequence: { hooks: 'stack', sequencer: QuickFirst },
  },
})
