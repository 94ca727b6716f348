// Spreading the parts of one computation over threads that share its memory.
import { setImmediate as breathe } from 'node:timers/promises'
import type { Worker } from 'node:worker_threads'
import { hire, release, restingThreads } from './crew.ts'
import type { WorkerAssignment, Delivery } from './parallel-messages.ts'

/** How a kernel may use the machine; none of it changes a result. */
export interface Effort {
  /** Threads at work, the calling one included; 1 if absent. */
  readonly threads?: number
  /** Ends the computation early: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** A thread is started if the parts that are left take longer than this, in ms: less is done before it is ready. */
const WORTH_A_THREAD = 300

/**
 * Computes `work(job, part)` for each part from 0 to `count` − 1, in any order, on several threads.
 *
 * The calling thread takes part, and answers events between two parts. Threads that wait for work are
 * used at once, others are started when the first parts tell that it is worth it. The job is cloned
 * into the other threads: arrays that are to be filled or not to be copied belong on a
 * SharedArrayBuffer.
 *
 * @param module the `import.meta.url` of the file that exports `work`
 * @param work   an exported function; its results must survive a structured clone
 * @returns the results, in order of their parts
 */
export async function spreadJobs<Job, Result>(
  module: string,
  work: (job: Job, part: number) => Result,
  job: Job,
  count: number,
  { threads = 1, signal }: Effort = {},
): Promise<Result[]> {
  signal?.throwIfAborted()
  const next = new Int32Array(new SharedArrayBuffer(4))
  const assignment: WorkerAssignment = { module, name: work.name, job, count, next }
  const most = Math.min(threads, count) - 1
  const crew = new Set<Worker>()
  const results: Result[] = []
  let isDone = false
  let quit: (() => void) | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      let left = count
      const deliver = (part: number, result: Result): void => {
        results[part] = result
        if (--left === 0) resolve()
      }
      quit = () => reject(signal?.reason)
      signal?.addEventListener('abort', quit)
      const enlarge = (size: number): void => {
        while (crew.size < Math.min(size, most)) {
          const worker = hire()
          crew.add(worker)
          worker.on('error', reject)
          worker.on('message', ({ done, isFree }: Delivery) => {
            if (isFree && crew.delete(worker)) release(worker)
            // the other side ran this very `work`
            if (done) deliver(done.part, done.result as Result)
          })
          worker.postMessage(assignment)
        }
      }
      // of few parts the first would tell too late
      enlarge(count <= 2 * threads ? most : restingThreads())
      const start = performance.now()
      const look = (): void => {
        const each = (performance.now() - start) / (count - left)
        const untaken = count - Atomics.load(next, 0)
        if (each * untaken > WORTH_A_THREAD) enlarge(most)
      }
      workHere(work, job, count, next, (part, result) => {
        deliver(part, result)
        if (crew.size < most) look()
      }).catch(reject)
      if (count === 0) resolve()
    })
    isDone = true
  } finally {
    if (quit) signal?.removeEventListener('abort', quit)
    Atomics.store(next, 0, count)
    // Who is left has just begun, and finds nothing to do; after a failure it may be at work for long.
    if (isDone) for (const worker of crew) worker.unref()
    else await Promise.all([...crew].map((worker) => worker.terminate()))
  }
  return results
}

async function workHere<Job, Result>(
  work: (job: Job, part: number) => Result,
  job: Job,
  count: number,
  next: Int32Array,
  deliver: (part: number, result: Result) => void,
): Promise<void> {
  for (;;) {
    const part = Atomics.add(next, 0, 1)
    if (part >= count) return
    deliver(part, work(job, part))
    await breathe() // for the signal and for what the other threads tell
  }
}
