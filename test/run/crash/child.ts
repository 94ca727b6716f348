// A run in a process of its own, to be killed, kept waiting or told to end: `child.ts ASKED`.
import { writeSync } from 'node:fs'
import { isRomiError } from '../../../src/base/errors.ts'
import { realDisk, type Disk } from '../../../src/base/system.ts'
import { FSDB } from '../../../src/fsdb/fsdb.ts'
import { parsePipeline } from '../../../src/pipeline/parse.ts'
import { exitCodes } from '../../../src/run/exit-codes.ts'
import { inlineExecutor } from '../../../src/run/executors/inline.ts'
import { threadsExecutor } from '../../../src/run/executors/threads.ts'
import type { Executor } from '../../../src/run/executor.ts'
import { run } from '../../../src/run/run.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import type { Library } from '../../../src/task/library.ts'
import { loadLibrary, type LibraryOrigin } from '../../../src/task/modules.ts'
import type { Asked, Told } from '../../support/child-run.ts'

// Safe: `startRun` made it.
const asked = JSON.parse(process.argv[2]) as Asked
const tell = (told: Told) => writeSync(1, `${JSON.stringify(told)}\n`)

const origin: LibraryOrigin = {
  builtin: asked.tasks,
  face: new URL('../../../src/index.ts', import.meta.url).href,
  modules: [],
}

const cancel = new AbortController()
const stop = new AbortController()
let signals = 0
function interrupted(signal: NodeJS.Signals): void {
  if (signal === 'SIGTERM' || cancel.signal.aborted) stop.abort()
  cancel.abort()
  tell({ is: 'interrupted', times: ++signals })
}
process.on('SIGINT', interrupted).on('SIGTERM', interrupted)

/** The disk on which drafts are filled. */
function disk(): Disk {
  let finished = 0
  return {
    ...realDisk,
    append(path, line) {
      realDisk.append(path, line)
      if (++finished === asked.killedAfter) process.kill(process.pid, 'SIGKILL')
    },
  }
}

/** @returns whether the database is ours */
async function connect(db: FSDB): Promise<boolean> {
  const info = { run: asked.name }
  try {
    await db.connect({ info })
  } catch (error) {
    if (!isRomiError(error)) throw error
    if (!asked.wait) {
      tell({ is: 'refused', code: error.code, owner: db.owner() })
      return false
    }
    tell({ is: 'waits' })
    await db.connect({ info, wait: true })
  }
  return true
}

async function executorFor(library: Library): Promise<Executor> {
  if (asked.executor === 'inline') return inlineExecutor(library, disk())
  if (!asked.nodes) return threadsExecutor(2)
  const { executorWith } = await import('../../support/cluster.ts')
  const { slurmScheduler } = await import('../../../src/run/executors/slurm/slurm.ts')
  return executorWith(slurmScheduler(process.env), asked.nodes)
}

async function main(): Promise<number> {
  const library = await loadLibrary(origin)
  const parsed = parsePipeline(asked.pipeline, 'pipeline.toml', library)
  if (parsed.is !== 'ok') throw new Error(parsed.diagnostics.map(({ message }) => message).join())
  const executor = await executorFor(library)
  await using db = new FSDB(asked.database)
  if (!(await connect(db))) return exitCodes.databaseHeld
  const { code } = await run({
    pipeline: parsed.pipeline,
    library,
    origin,
    db,
    scans: await db.scanIds(),
    executor,
    pool: asked.nodes ? ResourcePool.ofJobs(20, 2) : new ResourcePool(2),
    cancel: cancel.signal,
    stop: stop.signal,
    tell,
  })
  await executor.close()
  return code
}

process.exitCode = await main()
