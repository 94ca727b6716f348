// A pool of one thread for vitest that outlives its runs: the modules that mutants are in, and all
// that they import, are loaded once, and not once a mutant.
import type { Plugin } from 'vite'
import { ThreadsPoolWorker, type PoolWorker, type WorkerRequest } from 'vitest/node'

type Options = ConstructorParameters<typeof ThreadsPoolWorker>[0]
type Listener = Parameters<PoolWorker['on']>

const name = 'kept-thread'

let kept: KeptThread | undefined

class KeptThread extends ThreadsPoolWorker {
  override name = name
  readonly #listeners: Listener[] = []
  #isStarted = false
  /** A mutant in code that runs while a module is loaded: nothing that was loaded may stay. */
  isForOneRun = false

  override on(...listener: Listener): void {
    this.#listeners.push(listener)
    super.on(...listener)
  }

  override async start(): Promise<void> {
    if (!this.#isStarted) await super.start()
    this.#isStarted = true
  }

  override send(message: WorkerRequest): void {
    if (this.isForOneRun || message.type !== 'stop') super.send(message)
    else queueMicrotask(() => this.#answerStopped())
  }

  /** Says of a thread that goes on what vitest waits for. */
  #answerStopped(): void {
    const stopped = { type: 'stopped', __vitest_worker_response__: true }
    for (const [event, callback] of this.#listeners) if (event === 'message') callback(stopped)
  }

  override async stop(): Promise<void> {
    for (const listener of this.#listeners.splice(0)) this.off(...listener)
    if (this.isForOneRun) await this.end()
  }

  async end(): Promise<void> {
    if (kept === this) kept = undefined
    if (this.#isStarted) await super.stop()
  }
}

function createPoolWorker(options: Options): KeptThread {
  const { mutantActivation } = options.project.getProvidedContext() as {
    readonly mutantActivation?: string
  }
  const isStatic = mutantActivation === 'static'
  if (kept && isStatic) void kept.end()
  kept ??= new KeptThread(options)
  kept.isForOneRun = isStatic
  return kept
}

/** Makes vitest use it, though Stryker asks for threads that are made anew. */
export const keptThread = (): Plugin => ({
  name,
  configureVitest({ vitest, project }) {
    vitest.onClose(() => kept?.end())
    project.config.pool = name
    project.config.poolRunner = { name, createPoolWorker }
  },
})
