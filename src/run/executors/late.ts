// An executor that is loaded when its first job is expected, or comes: a run that finds all complete does without it.
import type { Executor } from '../executor.ts'

/**
 * @param name that of the executor
 * @param load makes it; called once
 */
export function lateExecutor(name: string, load: () => Promise<Executor>): Executor {
  let loaded: Promise<Executor> | undefined
  return {
    name,
    execute: async (job, signal, tell) => (await (loaded ??= load())).execute(job, signal, tell),
    expectJobs(library) {
      const expect = async (): Promise<void> => (await (loaded ??= load())).expectJobs?.(library)
      // what cannot be loaded is told by the first job
      expect().catch(() => undefined)
    },
    close: async () => (await loaded)?.close(),
  }
}
