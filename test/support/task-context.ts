// Runs tasks on files in memory, so that a test sees the very error that they throw.
import type { FileArtifact, InputFile, InputFileset } from '../../src/task/artifact.ts'
import type { CheckedValue, CheckedValues } from '../../src/task/check.ts'
import type { ComputingTask, TaskContext } from '../../src/task/task.ts'
import type { JsonObject } from '../../src/index.ts'
import { memoryFileset } from './memory-fileset.ts'

/** A value of a file, and the metadata that the step sees with it. */
export interface MemoryFile<T = unknown> {
  /** What the artifact encodes, or the bytes of a PNG that it would not. */
  readonly value: T | Uint8Array
  readonly metadata?: JsonObject
}

/** What a step sees of a fileset besides its files. */
export interface Around {
  readonly fileset?: JsonObject
  readonly scan?: JsonObject
}

/** An input slot of files, filled. */
export async function filesInput<T>(
  artifact: FileArtifact<string, T>,
  files: Readonly<Record<string, MemoryFile<T>>>,
  { fileset = {}, scan = {} }: Around = {},
): Promise<InputFileset & { read(file: InputFile): Promise<T> }> {
  const memory = memoryFileset()
  memory.output.setMetadata(fileset)
  for (const [id, { value, metadata = {} }] of Object.entries(files)) {
    const encoded =
      value instanceof Uint8Array
        ? { bytes: value, extension: 'png' }
        : await artifact.encode(value)
    await memory.output.write(id, { ...encoded, metadata })
  }
  return {
    ...memory.input('Memory'),
    artifact: artifact.name,
    scanMetadata: (key) => scan[key],
    read: (file) => artifact.read(file),
  }
}

/** A slot that carries metadata only. */
export function metadataInput(fileset: JsonObject = {}): InputFileset {
  const memory = memoryFileset()
  memory.output.setMetadata(fileset)
  return memory.input('Colmap')
}

/** What a run of a task came to. */
export interface Outcome<T> {
  readonly value: T
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  /** What it reported, by check. */
  readonly checks: CheckedValues
}

/**
 * Runs a task once, on one file if it works file by file.
 *
 * @param params what is other than the defaults; not checked
 * @throws whatever the task throws
 */
export async function outcomeOf<T>(
  task: ComputingTask,
  inputs: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>> = {},
  one: { readonly file?: InputFile; readonly value?: unknown } = {},
): Promise<Outcome<T>> {
  const defaults = Object.entries(task.params).map(([name, { default: value }]) => [name, value])
  const [warnings, notes]: [string[], string[]] = [[], []]
  const checks: Record<string, CheckedValue> = {}
  const context = {
    inputs,
    params: { ...Object.fromEntries(defaults), ...params },
    log: {
      debug() {},
      info: (text: string) => notes.push(text),
      warn: (text: string) => warnings.push(text),
    },
    progress() {},
    check(name: string, value: number, note?: string) {
      if (!task.checks?.[name]) throw new Error(`${task.name} does not declare ${name}`)
      checks[name] = note === undefined ? { value } : { value, note }
    },
    signal: new AbortController().signal,
    threads: 1,
    scratch: () => Promise.reject(new Error('no scratch here')),
    exec: () => Promise.reject(new Error('no programs here')),
    ...one,
  }
  const value = await task.run(context as TaskContext) // of the task's own slots and parameters
  return { value: value as T, warnings, notes, checks } // the caller names the type of the task's output
}
