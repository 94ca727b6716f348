// The executor of tests and of debuggers: jobs run in this very thread.
import { loadLibrary } from '../../task/modules.ts'
import type { Library } from '../../task/library.ts'
import type { Executor } from '../executor.ts'
import { perform } from '../perform.ts'
import { withTimeLimit } from '../time-limit.ts'

/** @param library the tasks, if they are loaded already */
export function inlineExecutor(library?: Library): Executor {
  return {
    name: 'inline',
    async execute(job, signal, tell) {
      const tasks = library ?? (await loadLibrary(job.library))
      return withTimeLimit(job, signal, (until) => perform(job, tasks, until, tell))
    },
    close: () => Promise.resolve(),
  }
}
