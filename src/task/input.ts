// Files as tasks see them, from what is known of them.
import { RomiError } from '../base/errors.ts'
import { readRegular } from '../base/regular.ts'
import type { Json } from '../base/types.ts'
import type { FileRef, InputFile } from './artifact.ts'

/** What is known of a file. */
interface KnownFile {
  readonly id: string
  readonly filename: string
  readonly path: string
  /** The files that it was made from, nearest first. */
  readonly lineage: readonly FileRef[]
}

/** How a file's bytes are reached: through us, or by whoever asks for its path. */
interface FileAccess {
  read(): Promise<Uint8Array>
  path(): string
}

/** A file on the disk as a task sees it. */
export function inputFile(
  fileset: string,
  { id, filename, path, lineage }: KnownFile,
  metadata: (key: string) => Json | undefined,
  access: FileAccess = { read: () => readRegular(path), path: () => path },
): InputFile {
  const ref = { fileset, file: id }
  const source = lineage.at(-1) ?? ref
  return {
    id,
    filename,
    get path() {
      return access.path()
    },
    ref,
    source,
    read: () => access.read(),
    metadata,
  }
}

/**
 * Finds files by their ids.
 *
 * @param owner whose files they are, for the error
 * @returns a function that throws RomiError `task/file-missing`
 */
export function finder(owner: string, files: readonly InputFile[]): (id: string) => InputFile {
  const byId = new Map(files.map((file) => [file.id, file]))
  return (id) => {
    const found = byId.get(id)
    if (found) return found
    const there = files.length === 0 ? 'none' : files.map((file) => file.id).join(', ')
    throw new RomiError('task/file-missing', `${owner} has no file "${id}"; there are: ${there}`)
  }
}
