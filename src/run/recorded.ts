// How long steps take, by the records of earlier runs and the outcomes of jobs elsewhere.
import type { MadeFileset } from '../plan/facts/facts.ts'
import type { Recorded } from './executor.ts'
import type { JobOutcome, JobResult } from './job.ts'

/** The median of earlier runs of a task; `undefined` if there was none. */
export function recordedOf(all: readonly MadeFileset[], task: string): Recorded | undefined {
  const records = all.flatMap((made) => (made.task === task ? [made.record] : []))
  if (records.length === 0) return undefined
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]
  return {
    seconds: median(records.map(({ made }) => made.seconds)),
    secondsAFile: median(
      records.map(({ made, outputs }) => {
        const files = Math.max(1, Object.keys(outputs).length)
        return (made.coreSeconds ?? made.seconds) / files
      }),
    ),
  }
}

/** The outcome of all jobs of a step that did well: that of the first, with the time of all. */
export function outcomeOfAll(first: JobOutcome, all: readonly JobOutcome[]): JobOutcome {
  if (first.is !== 'done' || !first.result.elsewhere) return first
  const { node } = first.result.elsewhere
  const jobs = all.flatMap((of) => (of.is === 'done' ? (of.result.elsewhere ?? []) : []))
  const elsewhere = {
    node,
    jobs: jobs.length,
    seconds: Math.max(...jobs.map(({ seconds }) => seconds)),
    coreSeconds: jobs.reduce((sum, job) => sum + job.coreSeconds, 0),
  }
  return { ...first, result: { ...first.result, elsewhere } }
}

/**
 * How long a step took, in seconds.
 * @param elapsed until its end was seen here: of jobs elsewhere, by the next look at them; of those that
 *   a run before this one began, not since their beginning
 */
export function secondsOf({ elsewhere }: JobResult, elapsed: number): number {
  if (!elsewhere) return elapsed
  return elsewhere.jobs === 1 ? elsewhere.seconds : Math.max(elsewhere.seconds, elapsed)
}
