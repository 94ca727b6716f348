// Scripts that tests start in processes of their own, in few files that Node loads fast: from the sources,
// most of them would take longer to start than they live.
import { afterAll } from 'vitest'
import { NodeBundle } from './node-bundle.ts'

const scripts = [
  'test/fsdb/busy-writer.ts',
  'test/fsdb/locks/holder.ts',
  'test/fsdb/locks/lock-user.ts',
  'test/run/crash/child.ts',
  'test/run/crash/tasks.ts',
  'test/run/crash/writer.ts',
] as const

let bundle: NodeBundle | undefined
afterAll(() => bundle?.remove())

/** Where a script lies as it is started; what a test file needs is built once. */
export const builtScript = (script: (typeof scripts)[number]): string =>
  (bundle ??= NodeBundle.ofScripts(scripts)).path(script)
