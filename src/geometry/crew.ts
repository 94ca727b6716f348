// Threads that take parts of a computation: kept for the next one, as their start and the compiling of
// what they run take longer than many a computation.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** How long a thread without work is kept, in ms: from one step of a scan to the next. */
const REST = 3_000

interface Resting {
  readonly worker: Worker
  readonly leaving: NodeJS.Timeout
}

/** Those of this thread, the latest last. */
const resting: Resting[] = []

/** How many threads wait for work. */
export const restingThreads = (): number => resting.length

/** A thread that waits for work, or a new one. */
export function hire(): Worker {
  const rested = resting.pop()
  if (!rested) return newWorker()
  clearTimeout(rested.leaving)
  rested.worker.ref()
  return rested.worker
}

/** Keeps a thread that is free; neither it nor its time keeps the program alive. */
export function release(worker: Worker): void {
  // not all: Node has some of its own
  worker.removeAllListeners('message').removeAllListeners('error')
  worker.on('error', () => leave(worker)) // out of memory, say: nothing was asked of it
  worker.unref()
  const leaving = setTimeout(() => leave(worker), REST)
  leaving.unref()
  resting.push({ worker, leaving })
}

function leave(worker: Worker): void {
  const at = resting.findIndex((other) => other.worker === worker)
  if (at >= 0) resting.splice(at, 1)
  void worker.terminate()
}

function newWorker(): Worker {
  const entry = new URL('./parallel-thread.ts', import.meta.url)
  const options = { execArgv: [] }
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(entry.href.replace(/\.ts$/, '.js')), options)
  // from TypeScript sources: a thread does not inherit the loader of the thread that makes it
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))
  const loader = new URL('./dist/esm/api/index.mjs', tsx)
  const code = `import { register } from '${loader.href}'; register(); await import('${entry.href}')`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), options)
}
