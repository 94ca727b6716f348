// What a first look at a scan tells of the work to come: while the scan is taken, a thread may start for it.
import type { PlannedStep } from '../plan/decision.ts'
import type { RunContext } from './run-context.ts'

/**
 * Tells the executor of jobs that are about to come.
 * @returns whether something is to be done on the scan
 */
export function expectWork(
  plan: ReadonlyMap<string, PlannedStep>,
  { pipeline, executor, origin }: Pick<RunContext, 'pipeline' | 'executor' | 'origin'>,
): boolean {
  const due = [...plan].filter(([, { decision }]) => ['run', 'maybe', 'stop'].includes(decision.do))
  const isJob = due.some(([step, { decision }]) => {
    const task = pipeline.steps.get(step)?.task
    // what is brief is done in the thread of the run
    return decision.do === 'run' && task?.is === 'computing' && !task.brief
  })
  if (isJob) executor.expectJobs?.(origin)
  return due.length > 0
}
