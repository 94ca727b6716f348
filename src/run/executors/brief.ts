// What takes no time is done in the thread of the run: starting another would take longer.
import { once } from '../../base/memo.ts'
import type { Library } from '../../task/library.ts'
import type { Executor } from '../executor.ts'
import type { Job } from '../job.ts'

/**
 * Does the jobs of tasks that are declared brief in this thread, and has all others done elsewhere. A
 * time limit, and programs, need a thread that can be ended.
 */
export function briefHere(library: Library, elsewhere: Executor): Executor {
  const here = once(async () => (await import('./inline.ts')).inlineExecutor(library))
  const isBrief = ({ step, limits }: Job): boolean => {
    const task = library.get(step)
    if (task?.is !== 'computing' || !task.brief) return false
    return limits.timeLimit === undefined && !task.programs?.length
  }
  return {
    ...elsewhere,
    execute: async (job, signal, tell) =>
      (isBrief(job) ? await here() : elsewhere).execute(job, signal, tell),
  }
}
