// Runs a task on values in memory: what goes in is written and read by its artifacts, as on disk.
import type { Artifact, FilesetArtifact } from '../../src/task/artifact.ts'
import type { ComputingTask, TaskContext } from '../../src/task/task.ts'
import { memoryFileset, type MemoryFileset } from './memory-fileset.ts'

/** What fills a slot: an artifact and its value. */
export type SlotValue = readonly [artifact: FilesetArtifact, value: unknown]

/** A task's result: the fileset that it wrote, and what it warned of. */
export interface TaskResult {
  readonly fileset: MemoryFileset
  readonly warnings: readonly string[]
}

/**
 * @param params what is other than the task's defaults; not checked, as in a pipeline they are
 */
export async function runTask(
  task: ComputingTask,
  slots: Readonly<Record<string, SlotValue>>,
  params: Readonly<Record<string, unknown>> = {},
): Promise<TaskResult> {
  const inputs: Record<string, unknown> = {}
  for (const [name, [artifact, value]] of Object.entries(slots)) {
    const fileset = memoryFileset()
    await artifact.write(value, fileset.output)
    const input = fileset.input(name)
    inputs[name] = { ...input, artifact: artifact.name, read: () => artifact.read(input) }
  }
  const defaults = Object.entries(task.params).map(([name, { default: value }]) => [name, value])
  const warnings: string[] = []
  const context = {
    inputs,
    params: { ...Object.fromEntries(defaults), ...params },
    log: { debug() {}, info() {}, warn: (text: string) => warnings.push(text) },
    progress() {},
    signal: new AbortController().signal,
    threads: 1,
    scratch: () => Promise.reject(new Error('no scratch here')),
    exec: () => Promise.reject(new Error('no programs here')),
  }
  const result = await task.run(context as TaskContext) // of the task's own slots and parameters
  const fileset = memoryFileset()
  const output: Artifact = task.output
  if (output.kind === 'file') throw new Error(`${task.name} works file by file`)
  await output.write(result, fileset.output)
  return { fileset, warnings }
}
