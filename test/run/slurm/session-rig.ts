// The work of a cluster for one run, with a scheduler whose jobs come to what a test says: no job is performed.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import { RomiError } from '../../../src/base/errors.ts'
import { newRunId } from '../../../src/fsdb/own-names.ts'
import { runFoldersAt } from '../../../src/fsdb/run-folders.ts'
import type { SlurmSettings } from '../../../src/pipeline/slurm-settings.ts'
import type { RunOnCluster } from '../../../src/run/executor.ts'
import { JobFiles, type JobEnded } from '../../../src/run/executors/slurm/job-files.ts'
import type {
  ArrayRequest,
  JobEnd,
  JobState,
  Scheduler,
} from '../../../src/run/executors/slurm/scheduler.ts'
import { ClusterExecutor } from '../../../src/run/executors/slurm/slurm-executor.ts'
import type { Timing } from '../../../src/run/executors/slurm/timing.ts'
import type { Job, JobEvent, JobItem, JobOutcome } from '../../../src/run/job.ts'
import { ResourcePool } from '../../../src/run/resource-pool.ts'
import { scratchFolder } from '../../support/scratch.ts'

/** What a job comes to. */
export type ComesTo =
  | { readonly is: 'outcome'; readonly outcome: JobOutcome; readonly files?: JobEnded['files'] }
  | {
      readonly is: 'ends'
      readonly how: JobEnd
      readonly node?: string
      readonly exitCode?: string
    }
  | { readonly is: 'goes on'; readonly state: JobState }

const result = { metadata: {}, checks: {}, versions: {} }
/** A job that does well. */
export const well: ComesTo = { is: 'outcome', outcome: { is: 'done', result } }
/** A job whose node fails. */
export const lost = (node?: string): ComesTo => ({ is: 'ends', how: 'lost', ...(node && { node }) })

/** A file that a job made, as it tells of it. */
export const madeFile = (id: string, text: string): JobEnded['files'][number] =>
  // Safe: an id of letters is one of a file.
  ({ id, filename: `${id}.txt`, size: text.length, digest: sha256(text), key: sha256(id) }) as never
/** Files to be made. */
export const items = (...ids: readonly string[]): JobItem[] =>
  ids.map((id) => ({ id, key: sha256(id), inherited: {} }))

/** A database with an open draft, and a run on a cluster that has begun. */
export const session = (settings: SlurmSettings = {}, ...scripts: readonly ComesTo[]) =>
  sessionWith({}, settings, ...scripts)

/** The same, with other times than these are. */
export async function sessionWith(
  times: Partial<Timing>,
  settings: SlurmSettings = {},
  ...scripts: readonly ComesTo[]
) {
  const root = scratchFolder('session')
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const draft = join(root, 'plant', '.romi', 'drafts', 'one')
  mkdirSync(join(draft, 'files'), { recursive: true })
  mkdirSync(join(draft, 'parts'))
  writeFileSync(join(draft, 'draft.json'), '{}')
  const runs = runFoldersAt(root)
  const [cancel, stop] = [new AbortController(), new AbortController()]
  const of = {
    arrays: [] as ArrayRequest[],
    said: [] as string[],
    failed: [] as RomiError[],
    submitFails: [] as Error[],
    /** Whether jobs that are cancelled go on. */
    isDeaf: false,
    /** What happens when a job is in. */
    onSubmit: (_files: JobFiles, _name: string): void | Promise<void> => undefined,
  }
  const jobs = new Map<
    string,
    { state: JobState; node?: string; exitCode?: string; array: ArrayRequest }
  >()
  const waiting = [...scripts]
  const begin = async (array: ArrayRequest, index: number): Promise<void> => {
    const script = waiting.shift() ?? well
    const id = `${of.arrays.length}_${index}`
    // Safe: arrays are named after their runs.
    const files = new JobFiles(runs, array.name as never)
    const name = files.jobsOf(array.mark)[index]
    await of.onSubmit(files, name)
    if (script.is === 'goes on') jobs.set(id, { state: script.state, array })
    if (script.is === 'ends') {
      const { how, node, exitCode } = script
      const known = {
        ...(node !== undefined && { node }),
        ...(exitCode !== undefined && { exitCode }),
      }
      jobs.set(id, { state: { is: 'ended', how }, array, ...known })
    }
    if (script.is !== 'outcome') return
    jobs.set(id, { state: { is: 'ended', how: 'completed' }, array, node: 'n1' })
    const { outcome, files: made = [] } = script
    await files.write(name, 'outcome', { outcome, files: made, node: 'n1', seconds: 6 })
  }
  const scheduler: Scheduler = {
    name: 'of the test',
    async submit(array) {
      const error = of.submitFails.shift()
      if (error) throw error
      of.arrays.push(array)
      for (let index = 0; index < array.count; index++) await begin(array, index)
      return String(of.arrays.length)
    },
    list: async (names) =>
      [...jobs]
        .filter(([, { array }]) => names.includes(array.name))
        .map(([id, { state, node, array }]) => ({
          id,
          name: array.name,
          mark: array.mark,
          index: Number(id.split('_')[1]),
          state,
          ...(node !== undefined && { node }),
        })),
    async cancel(which) {
      of.said.push('ids' in which ? `cancel ${which.ids.join(' ')}` : 'cancel all')
      if (of.isDeaf) return
      for (const [id, job] of jobs) {
        const isMeant = 'ids' in which ? which.ids.includes(id) : job.array.name === which.name
        if (isMeant && job.state.is !== 'ended') job.state = { is: 'ended', how: 'cancelled' }
      }
    },
    async state(id) {
      const job = jobs.get(id)
      if (!job) return { is: 'unknown' }
      const { array: _, ...known } = job
      return { is: 'known', ...known }
    },
    largestArray: () => Promise.resolve(100),
  }
  const here = {
    executor: {
      name: 'here',
      execute: () => Promise.resolve({ is: 'cancelled' } as const),
      close: async () => void of.said.push('close here'),
    },
    pool: new ResourcePool(1),
  }
  const timing = { collect: 1, patience: 50, tellAfter: 5, backOff: 5, stop: 5_000, ...times }
  const all = { poll: 0.001, ...settings }
  const start = { entry: '/entry.js', options: [] }
  const executor = new ClusterExecutor({ scheduler, settings: all, here, timing, start })
  /** The next run, on what the one before left. */
  const run = (id = newRunId(new Date())): RunOnCluster => ({
    id,
    path: root,
    root,
    runs,
    cancel: cancel.signal,
    stop: stop.signal,
    fail: (error) => of.failed.push(error),
  })
  const first = run()
  const files = new JobFiles(runs, first.id)
  await executor.cluster.begin(first)
  onTestFinished(() => executor.cluster.end())
  const job = (more: Partial<Job> = {}): Job =>
    // Safe: nothing else of a job is looked at: none is performed.
    ({
      scan: 'plant',
      step: 'Step',
      version: 1,
      key: sha256('key'),
      draft,
      limits: {},
      threads: 3,
      ...more,
    }) as Job
  /** Does a job. @returns its outcome, and what was told */
  const does = async (more: Partial<Job> = {}) => {
    const told: JobEvent[] = []
    const given = job(more)
    const outcome = await executor.execute(given, stop.signal, (event) => told.push(event))
    const warned = told.flatMap((event) => (event.is === 'said' ? [event.text] : []))
    return { outcome, told, warned }
  }
  const write = (name: string, text: string) => writeFileSync(join(draft, 'files', name), text)
  const logs = join(runs.path(first.id), 'logs', 'jobs')
  const rest = {
    cancel,
    stop,
    executor,
    cluster: executor.cluster,
    scheduler,
    first,
    run,
    runs,
    files,
  }
  return Object.assign(of, rest, {
    job,
    does,
    draft,
    write,
    logs,
    logNames: () => readdirSync(logs),
    jobs,
    memories: () => of.arrays.map(({ resources }) => resources.memory),
    excluded: () => of.arrays.map(({ resources }) => resources.exclude),
    names: () => files.jobs().map((name) => name.slice(33)),
  })
}
