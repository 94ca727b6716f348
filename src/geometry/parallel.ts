// Spreading the parts of one computation over threads that share its memory.
import { createRequire } from 'node:module'
import { setImmediate as breathe } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerAssignment, Delivery } from './parallel-messages.ts'

/** How a kernel may use the machine; none of it changes a result. */
export interface Effort {
  /** Threads at work, the calling one included; 1 if absent. */
  readonly threads?: number
  /** Ends the computation early: its promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Computes `work(job, part)` for each part from 0 to `count` − 1, in any order, on several threads.
 *
 * The calling thread takes part, and answers events between two parts. The job is cloned into the
 * other threads: arrays that are to be filled or not to be copied belong on a SharedArrayBuffer.
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
  const crew = Array.from({ length: Math.min(threads, count) - 1 }, () => hire(assignment))
  const results: Result[] = []
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
      for (const worker of crew) {
        // the other side ran this very `work`
        worker.on('message', ({ part, result }: Delivery) => deliver(part, result as Result))
        worker.on('error', reject)
      }
      workHere(work, job, count, next, deliver).catch(reject)
      if (count === 0) resolve()
    })
  } finally {
    if (quit) signal?.removeEventListener('abort', quit)
    Atomics.store(next, 0, count)
    await Promise.all(crew.map((worker) => worker.terminate()))
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

function hire(assignment: WorkerAssignment): Worker {
  const entry = new URL('./parallel-thread.ts', import.meta.url)
  const options = { workerData: assignment, execArgv: [] }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(entry.href.replace(/\.ts$/, '.js')), options)
  // from TypeScript sources: a thread does not inherit the loader of the thread that makes it
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const loader = new URL('./dist/esm/api/index.mjs', tsx)
  const code = `import { register } from '${loader.href}'; register(); await import('${entry.href}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options)
}
