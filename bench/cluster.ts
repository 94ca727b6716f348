// A run on a cluster: what the head takes for a job, its memory with many scans in flight, and its requests;
// on a simulated scheduler whose nodes are another process, and on a Slurm of its own where it is installed.
import { fork } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { inlineExecutor } from '../src/run/executors/inline.ts'
import type { JobState, ListedJob, Scheduler } from '../src/run/executors/slurm/scheduler.ts'
import type { ClusterSetup } from '../src/run/executors/slurm/session.ts'
import { ClusterExecutor } from '../src/run/executors/slurm/slurm-executor.ts'
import { slurmScheduler } from '../src/run/executors/slurm/slurm.ts'
import { ResourcePool } from '../src/run/resource-pool.ts'
import { run } from '../src/run/run.ts'
import type { LibraryOrigin } from '../src/task/modules.ts'
import { NodeBundle } from '../test/support/node-bundle.ts'
import { hasSlurm, Slurm } from '../test/support/slurm.ts'
import { round, type Bench } from './bench.ts'
import type { NodeWork } from './support/simulated-nodes.ts'
import { databaseWith, library, origin, pipelineOf } from './support/trivial-runs.ts'
import { tomlOf } from './support/trivial-tasks.ts'

const steps = 9

interface Counted extends Scheduler {
  readonly requests: { submit: number; list: number }
  close(): void
}

/** A scheduler that gives each job to a process of nodes, and forgets what ended. */
function simulated(root: string): Counted {
  const nodes = fork(new URL('./support/simulated-nodes.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
  })
  const jobs = new Map<string, ListedJob>()
  const set = (id: string, state: JobState) => {
    const job = jobs.get(id)
    if (job) jobs.set(id, { ...job, state })
  }
  nodes.on('message', (id: string) => set(id, { is: 'ended', how: 'completed' }))
  const requests = { submit: 0, list: 0 }
  return {
    name: 'simulated',
    requests,
    close: () => nodes.kill(),
    async submit({ name, mark, count }) {
      const array = String(++requests.submit)
      for (let index = 0; index < count; index++) {
        const id = `${array}_${index}`
        jobs.set(id, { id, name, mark, index, state: { is: 'running' }, node: 'n1' })
        const work: NodeWork = { id, task: { root, run: name, array: mark, index } }
        nodes.send(work)
      }
      return array
    },
    async list() {
      requests.list++
      const listed = [...jobs.values()]
      // As Slurm forgets after `MinJobAge`.
      for (const { id, state } of listed) if (state.is === 'ended') jobs.delete(id)
      return listed
    },
    cancel: () => Promise.resolve(),
    state: () => Promise.resolve({ is: 'unknown' }),
    largestArray: () => Promise.resolve(500),
  }
}

/** Counts the requests of a real one. */
function counted(scheduler: Scheduler): Counted {
  const requests = { submit: 0, list: 0 }
  return {
    ...scheduler,
    requests,
    close: () => undefined,
    submit: (array) => {
      requests.submit++
      return scheduler.submit(array)
    },
    list: (names) => {
      requests.list++
      return scheduler.list(names)
    },
  }
}

async function heap(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10))
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed / 1e6
}

/** Trivial steps on so many scans at once: all their jobs are in flight together. */
async function inFlight(
  scans: number,
  schedulerOf: (root: string) => Counted,
  report: Parameters<Bench>[0],
  nodes: Pick<ClusterSetup, 'start'> & { readonly origin: LibraryOrigin } = { origin },
): Promise<void> {
  const { path } = await databaseWith(4, 'scan0000')
  const ids = Array.from({ length: scans }, (_, i) => `scan${String(i).padStart(4, '0')}`)
  for (const id of ids.slice(1)) cpSync(join(path, 'scan0000'), join(path, id), { recursive: true })
  const scheduler = schedulerOf(path)
  const here = { executor: inlineExecutor(library), pool: new ResourcePool(1) }
  const { start } = nodes
  const settings = { local_below: 0, poll: 2, memory: 400 }
  const executor = new ClusterExecutor({ scheduler, settings, here, ...(start && { start }) })
  const cpu = process.cpuUsage()
  const begun = performance.now()
  let jobs = 0
  let [finished, last] = [0, 0]
  const heaps: number[] = []
  const db = new FSDB(path)
  await db.connect()
  const { code } = await run({
    pipeline: pipelineOf(tomlOf(steps)),
    library,
    origin: nodes.origin,
    db,
    scans: ids,
    executor,
    pool: ResourcePool.ofJobs(scans, 4),
    tell(event) {
      if (event.is !== 'finished') return
      jobs++
      if (++finished - last < (scans * steps) / 8) return
      last = finished
      void heap().then((megabytes) => heaps.push(megabytes))
    },
  })
  const used = process.cpuUsage(cpu)
  const seconds = (performance.now() - begun) / 1000
  await db.disconnect()
  scheduler.close()
  await executor.close()
  rmSync(join(path, '..'), { recursive: true })
  if (code !== 0) throw new Error(`the run ended with ${code}`)
  const { submit, list } = scheduler.requests
  report({
    scheduler: scheduler.name,
    scans,
    jobs,
    s: round(seconds),
    'CPU of the head, ms a job': round((used.user + used.system) / 1000 / jobs),
    'heap, MB, first to last eighth': heaps.map((of) => of.toFixed(0)).join(' '),
    'submits a thousand steps': round((1000 * submit) / jobs),
    'lists a thousand steps': round((1000 * list) / jobs),
    'seconds a list': round(seconds / Math.max(1, list)),
  })
}

/** On three nodes of this machine, which start jobs as they do from the package: from a bundle. */
async function onSlurm(scans: number, report: Parameters<Bench>[0]): Promise<void> {
  const tasks = 'bench/support/trivial-tasks.ts'
  const [slurm, bundle] = await Promise.all([Slurm.start(), NodeBundle.build([tasks])])
  const nodes = { start: bundle.start, origin: bundle.origin(tasks) }
  try {
    await inFlight(scans, () => counted(slurmScheduler(slurm.env)), report, nodes)
  } finally {
    await slurm.stop()
    bundle.remove()
  }
}

const sizes = (name: string, usual: string): number[] =>
  (process.env[name] ?? usual)
    .split(',')
    .filter((size) => size !== '')
    .map(Number)

const bench: Bench = async (report) => {
  for (const scans of sizes('ROMI_SCANS', '100,300,1000')) await inFlight(scans, simulated, report)
  if (!hasSlurm) return
  for (const scans of sizes('ROMI_SLURM_SCANS', '12')) await onSlurm(scans, report)
}

export default bench
