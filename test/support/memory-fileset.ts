// A fileset in memory: what an artifact writes, and the same as the input of the next step.
import type { Json, JsonObject } from '../../src/base/types.ts'
import type { Encoded, InputFile, InputFileset, Output } from '../../src/task/artifact.ts'

/** What was written, and its two faces. */
export interface MemoryFileset {
  readonly output: Output
  /** By id, in the order in which they were written. */
  readonly files: ReadonlyMap<string, Encoded>
  metadata(): JsonObject
  /** As a step reads it; every metadata key counts as declared. */
  input(task: string): InputFileset
}

/** An empty fileset to write into. */
export function memoryFileset(): MemoryFileset {
  const files = new Map<string, Encoded>()
  let metadata: JsonObject = {}
  const output: Output = {
    fileset: 'memory',
    write(id, content) {
      files.set(id, content)
      return Promise.resolve()
    },
    setMetadata(more) {
      metadata = { ...metadata, ...more }
    },
    annotate() {
      throw new Error('nothing here annotates')
    },
  }
  return {
    output,
    files,
    metadata: () => metadata,
    input: (task) => inputOf(task, files, metadata),
  }
}

function inputOf(
  task: string,
  written: ReadonlyMap<string, Encoded>,
  metadata: JsonObject,
): InputFileset {
  const files = [...written]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, content]) => inputFile(id, content))
  return {
    task,
    artifact: task,
    id: task,
    files,
    file(id) {
      const found = files.find((file) => file.id === id)
      if (!found) throw new Error(`no file ${id}`)
      return found
    },
    metadata: (key): Json | undefined => metadata[key],
    scanMetadata: () => undefined,
    measures: undefined,
  }
}

function inputFile(id: string, { bytes, extension, metadata = {} }: Encoded): InputFile {
  const ref = { fileset: 'memory', file: id }
  return {
    id,
    filename: `${id}.${extension}`,
    path: `${id}.${extension}`,
    ref,
    source: ref,
    metadata: (key): Json | undefined => metadata[key],
    read: () => Promise.resolve(bytes),
  }
}
