// An executor that is loaded with its first job: a run that finds all complete does without it.
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
    close: async () => (await loaded)?.close(),
  }
}
