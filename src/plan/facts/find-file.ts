// Finds a file of a fileset by its id.
import { remember } from '../../base/memo.ts'
import type { FileFacts, FilesetFacts } from './facts.ts'

const known = new WeakMap<FilesetFacts, ReadonlyMap<string, FileFacts>>()

/** The file of an id; filesets of thousands are asked for each of them. */
export const findFile = (fileset: FilesetFacts, id: string): FileFacts | undefined =>
  remember(known, fileset, () => new Map(fileset.files.map((file) => [file.id, file]))).get(id)
