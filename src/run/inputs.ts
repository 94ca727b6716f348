// The inputs of a running task: what a job says of them, with declared metadata and values on demand.
import { RomiError } from '../base/errors.ts'
import type { Json, JsonObject } from '../base/types.ts'
import type { Artifact, InputFile, InputFileset } from '../task/artifact.ts'
import { finder, inputFile } from '../task/input.ts'
import type { Slot } from '../task/slot.ts'
import type { ComputingTask } from '../task/task.ts'
import type { Job, JobInput } from './job.ts'
import type { Reading } from './reading.ts'
import { withRemedy } from './unreadable.ts'

/** What stands in `inputs[name]` for the task: the fileset, and `read` for its value or values. */
export type RunningInput = InputFileset & { read(file?: InputFile): Promise<unknown> }

/** The inputs of a job, by slot; an empty slot is `undefined`. */
export function runningInputs(
  task: ComputingTask,
  job: Job,
  reading: Reading,
): Readonly<Record<string, RunningInput | undefined>> {
  const entries = Object.entries(task.inputs).map(([name, slot]) => {
    const input = job.inputs[name]
    return [name, input && runningInput(task.name, name, slot, input, reading)] as const
  })
  return Object.fromEntries(entries)
}

/** An input as the making of one of its files sees it. */
export const onlyFile = (input: RunningInput, file: InputFile): RunningInput => ({
  ...input,
  files: [file],
  file: finder(input.id ?? input.task, [file]),
})

function runningInput(
  task: string,
  name: string,
  slot: Slot,
  input: JobInput,
  reading: Reading,
): RunningInput {
  const files = input.files.map((file) =>
    inputFile(
      input.fileset ?? '',
      file,
      (key) => declared(task, name, 'file', key, input.declared.file, file.metadata),
      { read: () => reading.read(file), path: () => reading.giveAway(file) },
    ),
  )
  // what another program made in another scan bears no artifact's name: it is what the slot takes
  const isForeign = slot.is === 'scan' && input.artifact === ''
  const artifact = slot.accepts.find(
    (accepted: Artifact) => isForeign || accepted.name === input.artifact,
  ) as Artifact | undefined
  const fileset: InputFileset = {
    task: input.task,
    artifact: input.artifact,
    id: input.fileset,
    files,
    file: finder(input.fileset ?? input.task, files),
    metadata: (key) =>
      declared(task, name, 'fileset', key, input.declared.fileset, input.filesetMetadata),
    scanMetadata: (key) =>
      declared(task, name, 'scan', key, input.declared.scan, input.scanMetadata),
    measures: input.measures,
  }
  const read = async (file?: InputFile): Promise<unknown> => {
    if (!artifact)
      throw new RomiError(
        'task/no-value',
        `${task} declares no value for ${name}: it reads metadata only`,
      )
    try {
      if (artifact.kind === 'fileset') return await artifact.read(fileset)
      if (!file)
        throw new RomiError(
          'task/no-file',
          `${task} must say which file of ${name} it wants to read`,
        )
      return await artifact.read(file)
    } catch (error) {
      if (error instanceof RomiError) throw withRemedy(error, input, file?.path)
      const what = file?.path ?? input.fileset ?? input.task
      const why = `${what} cannot be read as ${artifact.name}: ${String(error)}`
      const unreadable = new RomiError('io/unreadable', why, { cause: error })
      throw withRemedy(unreadable, input, file?.path)
    }
  }
  return { ...fileset, read }
}

function declared(
  task: string,
  slot: string,
  of: 'file' | 'fileset' | 'scan',
  key: string,
  keys: readonly string[],
  values: JsonObject,
): Json | undefined {
  if (keys.includes(key)) return values[key]
  const declaration = of === 'file' ? `reads: ['${key}']` : `reads: { ${of}: ['${key}'] }`
  throw new RomiError(
    'task/undeclared-metadata',
    `${task} reads the metadata "${key}" of the ${of} through ${slot} without saying so: add ${declaration} to that slot, or a change of it would go unnoticed`,
    { facts: { task, slot, key } },
  )
}
