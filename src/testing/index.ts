// For tests of tasks: runs one on values, in a database of its own, and checks what a run relies on.
import { sha256 } from '../base/digest.ts'
import { RomiError } from '../base/errors.ts'
import type { CheckReport } from '../plan/check-report.ts'
import type { RunEvent } from '../run/event.ts'
import type { ComputingTask } from '../task/task.ts'
import { TaskHarness, type TaskTrial } from './task-harness.ts'
import { stoppingDisk } from './stopping-disk.ts'

export { withMetadata, type TaskTrial, type WithMetadata } from './task-harness.ts'

/** A task that ran well, and what it made. */
export interface TriedTask<T = unknown> {
  /** The value of the fileset; of a file-by-file task, use `files`. */
  readonly value: T
  /** The values of a file-by-file task, by file id. */
  readonly files: ReadonlyMap<string, T>
  /** The bytes of all files, by file name. */
  readonly bytes: ReadonlyMap<string, Uint8Array>
  /** What it warned of. */
  readonly warnings: readonly string[]
  /** What its checks said. */
  readonly checks: readonly CheckReport[]
  /**
   * Throws unless a second run has nothing to do, a forced one makes the same bytes, and of one more
   * file a file-by-file task makes just that one.
   */
  expectIncremental(): Promise<void>
  /** Throws unless a run that is stopped at any write to the disk is mended by the next one. */
  expectCrashSafe(): Promise<void>
}

/**
 * Runs a task once, on values instead of files.
 *
 * @example
 * const tried = await runTask(leafMask, { inputs: { upstream_task: { a: picture } } })
 * await tried.expectIncremental()
 * @throws RomiError with the failure of the task
 */
export async function runTask<T = unknown>(
  task: ComputingTask,
  trial: TaskTrial = {},
): Promise<TriedTask<T>> {
  return TaskHarness.during(task, trial, async (bench) => {
    const events = await bench.run()
    const warnings = events.flatMap((event) =>
      event.is === 'said' && event.level === 'warn' ? [event.text] : [],
    )
    const checks = events.flatMap((event) => (event.is === 'finished' ? (event.checks ?? []) : []))
    const bytes = await bench.outputs()
    const values = await bench.values()
    return {
      // Safe: the caller names the type of what the task's artifact reads.
      value: values.whole as T,
      files: values.files as ReadonlyMap<string, T>,
      bytes,
      warnings,
      checks,
      expectIncremental: () =>
        TaskHarness.during(task, trial, (fresh) => expectIncremental(task, trial, fresh)),
      expectCrashSafe: () => expectCrashSafe(task, trial, bytes),
    }
  })
}

async function expectIncremental(
  task: ComputingTask,
  trial: TaskTrial,
  bench: TaskHarness,
): Promise<void> {
  await bench.run()
  const again = await bench.run()
  claim(!finished(again), `${task.name} ran again though nothing had changed`)
  const forced = (await bench.run(true)).find((event) => event.is === 'finished')
  claim(
    forced?.is === 'finished' && forced.reproducible === true,
    `${task.name} gives other bytes from the same inputs: seed what is random, sort what has no order`,
  )
  if (task.each === undefined) return
  const files = trial.inputs?.[task.each]
  const first = Object.entries(files ?? {})[0]
  if (!first) return
  await bench.put(task.each, { one_more: first[1] })
  const started = (await bench.run()).find((event) => event.is === 'started')
  const made = started?.is === 'started' ? started.files?.make : undefined
  claim(made === 1, `${task.name} made ${made ?? 'no'} files again for one that was added`)
}

const finished = (events: readonly RunEvent[]): boolean =>
  events.some(({ is }) => is === 'finished')

async function expectCrashSafe(
  task: ComputingTask,
  trial: TaskTrial,
  expected: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const wanted = filesetDigests(expected)
  let hasStopped = true
  for (let operation = 1; hasStopped; operation++)
    hasStopped = await TaskHarness.during(task, trial, async (bench) => {
      const stopping = stoppingDisk(operation)
      // However the stopped run ends is well, as long as the next one mends it.
      await bench.run(false, stopping.disk).catch(() => undefined)
      if (!stopping.hasStopped()) return false
      await bench.run()
      claim(
        filesetDigests(await bench.outputs()) === wanted,
        `${task.name}, stopped at write ${operation} and run again, made other files`,
      )
      return true
    })
}

const filesetDigests = (files: ReadonlyMap<string, Uint8Array>): string =>
  [...files]
    .map(([name, bytes]) => `${name} ${sha256(bytes)}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join('\n')

function claim(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new RomiError('testing/expectation', otherwise)
}
