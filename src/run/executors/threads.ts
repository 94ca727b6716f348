// The default executor: jobs run in worker threads, so that heavy ones never freeze the run.
import { MessageChannel, type MessagePort, type ResourceLimits } from 'node:worker_threads'
import type { Piscina } from 'piscina'
import { asError } from '../../base/errors.ts'
import { tuneForComputing } from '../../base/v8.ts'
import { endGroup } from '../exec.ts'
import { failure, failureOf } from '../failure.ts'
import type { Executor } from '../executor.ts'
import type { LibraryOrigin } from '../../task/modules.ts'
import type { Job, JobEvent, JobOutcome } from '../job.ts'
import { withTimeLimit } from '../time-limit.ts'
import { fromSources } from '../../base/from-sources.ts'
import { nodeOptions } from './sources.ts'
import { ThreadStarts } from './thread-starts.ts'

/** What a thread is given: a job and a port to tell events through. */
export interface ThreadTask {
  readonly job: Job
  readonly port: MessagePort
}

/** What a thread is to load before the first job comes. */
export interface ComingJobs {
  readonly library: LibraryOrigin
}

type Pool = Piscina<ThreadTask | ComingJobs, JobOutcome>

const entry = new URL(fromSources ? './thread-entry.ts' : './thread-entry.js', import.meta.url)

/**
 * @param threads how many jobs run at a time; a thread starts when it is worth it (see `ThreadStarts`)
 * @param resourceLimits of each thread's heap; typed arrays are not counted
 */
export function threadsExecutor(threads: number, resourceLimits?: ResourceLimits): Executor {
  let pool: Promise<Pool> | undefined
  let there = (): number => 0
  const starts = new ThreadStarts(threads, () => there())
  const start = async (): Promise<Pool> => {
    // Loaded with the first job: who imports the library alone does without it.
    const { Piscina } = await import('piscina')
    tuneForComputing()
    const started: Pool = new Piscina({
      filename: entry.href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 5_000,
      ...(resourceLimits && { resourceLimits }),
      ...(fromSources && { execArgv: [...nodeOptions()] }),
    })
    there = () => started.threads.length
    return started
  }
  /** The thread that is started before the first job. */
  let first: Promise<void> | undefined
  const startFirst = async (library: LibraryOrigin): Promise<void> => {
    const asked = performance.now()
    await (await (pool ??= start())).run({ library })
    starts.begun(performance.now() - asked)
  }
  return {
    name: 'threads',
    expectJobs(library) {
      // what went wrong is told by the first job: it tries the same
      first ??= startFirst(library).catch(() => undefined)
    },
    async execute(job, signal, tell) {
      await starts.enter(job.draft, signal)
      try {
        const entered = performance.now()
        return await withTimeLimit(job, signal, tell, async (until, inTime) => {
          await first // else this job would start another thread
          return inThread(await (pool ??= start()), job, until, (word) => {
            if (word === 'begun') starts.begun(performance.now() - entered)
            else inTime(word)
          })
        })
      } finally {
        starts.leave(job.draft)
      }
    },
    async close() {
      starts.close()
      await (await pool)?.destroy()
    },
  }
}

async function inThread(
  pool: Pool,
  job: Job,
  signal: AbortSignal,
  tell: (event: JobEvent | 'begun') => void,
): Promise<JobOutcome> {
  const { port1, port2 } = new MessageChannel()
  const programs = new Set<number>()
  let caughtUp = (): void => undefined
  const allTold = new Promise<void>((resolve) => (caughtUp = resolve))
  port1.on('message', (event: JobEvent | 'begun' | 'end') => {
    if (event === 'end') return caughtUp()
    if (event !== 'begun' && event.is === 'program')
      programs[event.alive ? 'add' : 'delete'](event.pid)
    tell(event)
  })
  try {
    const task = { job, port: port2 }
    const outcome = await pool.run(task, { signal, transferList: [port2] })
    await allTold
    return outcome
  } catch (error) {
    return signal.aborted
      ? { is: 'cancelled' }
      : { is: 'failed', failure: threadFailure(job, asError(error)) }
  } finally {
    // A thread that was ended cannot end its programs itself.
    for (const pid of programs) endGroup(pid)
    port1.close()
  }
}

function threadFailure(job: Job, error: Error) {
  const code = (error as { code?: unknown }).code
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return failure(
      'task/out-of-memory',
      `${job.step} used up the memory of its thread: give it less data at a time`,
    )
  }
  if (/worker (?:thread )?(?:exited|terminated)|process\.exit/i.test(error.message)) {
    return failure(
      'task/worker-died',
      `${job.step} ended its thread (${error.message}): a task must return or throw, never exit`,
    )
  }
  return failureOf(error)
}
