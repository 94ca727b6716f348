// Artifacts are what flows between tasks: each knows how to read and write itself.
import type { ReadableFile } from '../base/file.ts'
import type { Json, JsonObject } from '../base/types.ts'

/** Names a file of the scan: the fileset's id and the file's. */
export interface FileRef {
  readonly fileset: string
  readonly file: string
}

/** A file that a step reads, with the metadata that the step declared to read. */
export interface InputFile extends ReadableFile {
  readonly ref: FileRef
  /**
   * The file that this one was made from, file by file, back to the photograph; its own `ref` if it
   * was made from none.
   */
  readonly source: FileRef
  /**
   * A metadata value: what a step among the inputs annotated, else the source file's, else the
   * file's own copy.
   * @throws RomiError `task/undeclared-metadata` if the step did not declare that it reads `key`
   */
  metadata(key: string): Json | undefined
}

/** A fileset that a step reads, narrowed to the files that it selects. */
export interface InputFileset {
  /** The task that made it, or the name of the source step. */
  readonly task: string
  /** What it holds: an artifact's name. */
  readonly artifact: string
  /** Its id in the scan; absent for a step that makes none (`DummyTask`). */
  readonly id: string | undefined
  /** Sorted by id. */
  readonly files: readonly InputFile[]
  /** @throws RomiError `task/file-missing` that lists what there is */
  file(id: string): InputFile
  /** @throws RomiError `task/undeclared-metadata`, as for files */
  metadata(key: string): Json | undefined
  /** The scan's own metadata; `id` is the scan's. @throws RomiError `task/undeclared-metadata`, as for files */
  scanMetadata(key: string): Json | undefined
  /** What was measured by hand on this scan, if the slot declares `measures`. */
  readonly measures: JsonObject | undefined
}

/** Bytes of a file with its extension (no dot) and metadata. */
export interface Encoded {
  readonly bytes: Uint8Array
  readonly extension: string
  readonly metadata?: JsonObject
}

/** Where an artifact of a whole fileset writes itself. */
export interface Output {
  /** The id that the fileset will have; it follows from the key of its step. */
  readonly fileset: string
  /** Adds a file; the id has no extension. */
  write(id: string, content: Encoded): Promise<void>
  /** Adds metadata to the fileset. */
  setMetadata(metadata: JsonObject): void
  /** Attaches metadata to a file of another fileset, for the steps that read this one. */
  annotate(file: FileRef, metadata: JsonObject): void
}

/** Which metadata keys are read, of the files, of their fileset and of the scan. */
export interface Reads {
  readonly file?: readonly string[]
  readonly fileset?: readonly string[]
  readonly scan?: readonly string[]
}

interface Described<Name extends string> {
  readonly name: Name
  readonly doc: string
  /** The metadata that reading it takes. */
  readonly reads?: Reads
}

/** An artifact of which each file is one value: photographs, masks. */
export interface FileArtifact<Name extends string = string, T = unknown> extends Described<Name> {
  readonly kind: 'file'
  read(file: InputFile): Promise<T>
  encode(value: T): Promise<Encoded>
}

/** An artifact that a whole fileset is: a voxel grid, a point cloud, a tree graph. */
export interface FilesetArtifact<
  Name extends string = string,
  T = unknown,
> extends Described<Name> {
  readonly kind: 'fileset'
  /** The ids of the files that make it up; others (pictures, logs) do not count as its content. */
  readonly only?: readonly string[]
  read(fileset: InputFileset): Promise<T>
  write(value: T, output: Output): Promise<void>
}

export type Artifact<Name extends string = string, T = unknown> =
  FileArtifact<Name, T> | FilesetArtifact<Name, T>

/** The value of an artifact. */
export type ValueOf<A> = A extends { read(from: never): Promise<infer T> } ? T : never

/** Declares an artifact of which each file is one value. */
export const fileArtifact = <const Name extends string, T>(
  artifact: Omit<FileArtifact<Name, T>, 'kind'>,
): FileArtifact<Name, T> => ({ kind: 'file', ...artifact })

/** Declares an artifact that a whole fileset is. */
export const filesetArtifact = <const Name extends string, T>(
  artifact: Omit<FilesetArtifact<Name, T>, 'kind'>,
): FilesetArtifact<Name, T> => ({ kind: 'fileset', ...artifact })

/** What a step makes that makes no fileset (`DummyTask`). */
export const nothing: FilesetArtifact<'nothing', undefined> = filesetArtifact({
  name: 'nothing',
  doc: 'no data at all',
  only: [],
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
})

/** Files of any kind, as they are; what `FilesetExists` and `FileExists` give. */
export const anyFiles: FilesetArtifact<'anyFiles', readonly ReadableFile[]> = filesetArtifact({
  name: 'anyFiles',
  doc: 'files of any kind',
  read: (fileset) => Promise.resolve(fileset.files),
  write: async (files, output) => {
    for (const file of files) {
      const extension = file.filename.slice(file.id.length + 1)
      await output.write(file.id, { bytes: await file.read(), extension })
    }
  },
})
