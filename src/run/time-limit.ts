// Time limits: a job that takes too long ends as failed, even if it never looks at its signal.
import { failure } from './failure.ts'
import type { Job, JobOutcome } from './job.ts'

/** Runs `work` until it ends, its signal fires or the job's time is up. */
export async function withTimeLimit(
  job: Job,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const { timeLimit } = job.limits
  const ours = new AbortController()
  const until = AbortSignal.any([signal, ours.signal])
  const stopped = new Promise<JobOutcome>((resolve) => {
    until.addEventListener('abort', () => resolve({ is: 'cancelled' }), { once: true })
    if (until.aborted) resolve({ is: 'cancelled' })
  })
  const timer =
    timeLimit === undefined ? undefined : setTimeout(() => ours.abort(), timeLimit * 1000)
  try {
    const outcome = await Promise.race([work(until), stopped])
    if (!ours.signal.aborted || outcome.is === 'done') return outcome
    const message = `${job.step} did not end within ${timeLimit} s: raise time_limit in [${job.step}.romi], or give it less to do`
    return { is: 'failed', failure: failure('time-limit', message) }
  } finally {
    clearTimeout(timer)
  }
}
