// The executor of tests and of debuggers: jobs run in this very thread.
import type { Disk } from '../../base/system.ts'
import { loadLibrary } from '../../task/modules.ts'
import type { Library } from '../../task/library.ts'
import type { Executor } from '../executor.ts'
import { perform } from '../perform.ts'
import { withTimeLimit } from '../time-limit.ts'

/**
 * @param library the tasks, if they are loaded already
 * @param disk on which drafts are filled
 */
export function inlineExecutor(library?: Library, disk?: Disk): Executor {
  return {
    name: 'inline',
    async execute(job, signal, tell) {
      const tasks = library ?? (await loadLibrary(job.library))
      // A copy, as a thread gets one: what a task does to it stays with the task.
      const own = structuredClone(job)
      return withTimeLimit(job, signal, tell, (until, inTime) =>
        perform(own, tasks, until, inTime, disk),
      )
    },
    close: () => Promise.resolve(),
  }
}
