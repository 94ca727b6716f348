// What a first look at a scan tells of the work to come: while more is looked at, a thread may start for it.
import type { Step } from '../pipeline/pipeline.ts'
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
  const isJob = due.some(
    ([step, { decision }]) => decision.do === 'run' && needsThread(pipeline.steps.get(step)?.task),
  )
  if (isJob) void executor.expectJobs?.(origin)
  return due.length > 0
}

/**
 * Tells the executor of jobs on a scan on which nothing was made yet: before its photographs are read.
 *
 * @param filesets the ids of the filesets that are there
 */
export async function expectFirstWork(
  filesets: readonly string[],
  { pipeline, executor, origin }: Pick<RunContext, 'pipeline' | 'executor' | 'origin'>,
): Promise<void> {
  const steps = [...pipeline.steps.values()].filter(({ task }) => needsThread(task))
  const isMade = ({ name }: Step): boolean => filesets.some((id) => id.startsWith(name))
  if (filesets.length > 0 && steps.length > 0 && !steps.some(isMade))
    await executor.expectJobs?.(origin)
}

/** What is brief is done in the thread of the run. */
const needsThread = (task: Step['task'] | undefined): boolean =>
  task?.is === 'computing' && !task.brief
