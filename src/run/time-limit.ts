// Time limits: a job that takes too long ends as failed, even if it never looks at its signal.
import { failure } from './failure.ts'
import type { Job, JobEvent, JobOutcome } from './job.ts'

/** In ms, some 24 days. Node turns a longer delay into one of 1 ms: a longer limit is none. */
const longestDelay = 2 ** 31 - 1

type TellJob = (event: JobEvent) => void

/**
 * Runs `work` until it ends, its signal fires or the job's time is up. Work that goes on all the same
 * is not heard any more: its run may be over.
 */
export async function withTimeLimit(
  job: Job,
  signal: AbortSignal,
  tell: TellJob,
  work: (until: AbortSignal, tell: TellJob) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  const { timeLimit = Infinity } = job.limits
  const delay = timeLimit * 1000
  const ours = new AbortController()
  const until = AbortSignal.any([signal, ours.signal])
  const stopped = new Promise<JobOutcome>((resolve) => {
    until.addEventListener('abort', () => resolve({ is: 'cancelled' }), { once: true })
    if (until.aborted) resolve({ is: 'cancelled' })
  })
  const timer = delay > longestDelay ? undefined : setTimeout(() => ours.abort(), delay)
  let isOver = false
  const tellInTime = (event: JobEvent) => {
    if (!isOver) tell(event)
  }
  try {
    const outcome = await Promise.race([work(until, tellInTime), stopped])
    if (!ours.signal.aborted || outcome.is === 'done') return outcome
    const message = `${job.step} did not end within ${timeLimit} s: raise time_limit in [${job.step}.romi], or give it less to do`
    return { is: 'failed', failure: failure('task/time-limit', message) }
  } finally {
    isOver = true
    clearTimeout(timer)
  }
}
