// A scan in the making: written aside, whole, before it becomes a scan by one rename.
import { basename, dirname, join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { forEachLimited } from '../base/parallel.ts'
import type { Disk } from '../base/system.ts'
import type { JsonObject } from '../base/types.ts'
import {
  filenameOf,
  parseFileId,
  parseFilesetId,
  splitFilename,
  twinsAmong,
  type FileId,
  type FilesetId,
} from './ids.ts'
import { scanLayout } from './layout.ts'
import { metadataBytes, metadataUpdate } from './metadata.ts'
import { filesAtATime } from './scan-folder.ts'
import { ScanIndex } from './scan-index.ts'

/** The same metadata for all files, or one for each by where it comes from and its id to be. */
export type MetadataOfFiles =
  JsonObject | ((path: string, id: FileId) => JsonObject | undefined) | undefined

/** Files from elsewhere that become a fileset of a new scan. */
export interface NewFileset {
  readonly id: string
  /** Each keeps its name; its id is the name without the extension. */
  readonly files: readonly string[]
  readonly metadata?: MetadataOfFiles
}

/** A file that is taken in, under the id and name that it will have. */
export interface TakenFile {
  readonly from: string
  readonly id: FileId
  readonly filename: string
  readonly metadata: JsonObject | undefined
}

/**
 * The ids and names that files from elsewhere will have.
 *
 * @throws RomiError `store/bad-id`; `store/file-exists` if two of them would be one file
 */
export function takenFiles(paths: readonly string[], metadata: MetadataOfFiles): TakenFile[] {
  assertOneEach(paths)
  return paths.map((from) => {
    const { id: text, extension } = splitFilename(basename(from))
    const id = parseFileId(text)
    const given = typeof metadata === 'function' ? metadata(from, id) : metadata
    return {
      from,
      id,
      filename: filenameOf(id, extension),
      metadata: given && metadataUpdate(given, undefined),
    }
  })
}

/** Throws if two names differ in their extension only, or in case: one would replace the other. */
function assertOneEach(paths: readonly string[]): void {
  const idOf = (name: string) => splitFilename(name).id
  const names = paths.map((path) => basename(path))
  const twins = twinsAmong(names, idOf)
  if (twins === undefined) return
  const [one, other] = twins
  const id = idOf(other)
  throw new RomiError(
    'store/file-exists',
    `${one} and ${other} would both be the file ${id}: rename one, or put files of one kind into a folder of their own`,
    { facts: { id } },
  )
}

/** Writes a scan into a new folder and has all of it on the disk. */
export async function writeScan(
  disk: Disk,
  folder: string,
  metadata: JsonObject,
  filesets: readonly NewFileset[],
): Promise<void> {
  const index = ScanIndex.empty()
  disk.makeFolder(join(folder, scanLayout.metadataFolder))
  if (Object.keys(metadata).length > 0)
    await disk.create(join(folder, scanLayout.metadata), metadataBytes(metadata))
  for (const { id: text, files, metadata: of } of filesets) {
    const id = parseFilesetId(text)
    const taken = takenFiles(files, of)
    await writeFileset(disk, folder, id, taken)
    const rows = taken.map((file) => ({ id: file.id, file: file.filename }))
    index.apply({ do: 'add-fileset', id, files: rows })
  }
  await disk.create(join(folder, scanLayout.index), Buffer.from(index.format()))
  await disk.sync(join(folder, scanLayout.metadataFolder))
  await disk.sync(folder)
}

async function writeFileset(
  disk: Disk,
  folder: string,
  id: FilesetId,
  files: readonly TakenFile[],
): Promise<void> {
  const at = (path: string): string => join(folder, path)
  const folders = [at(scanLayout.fileset(id)), at(scanLayout.fileMetadataFolder(id))]
  for (const path of folders) disk.makeFolder(path)
  await forEachLimited(files, filesAtATime, async (file) => {
    const to = at(scanLayout.file(id, file.filename))
    await disk.copy(file.from, to)
    await disk.sync(to)
    if (file.metadata === undefined) return
    await disk.create(at(scanLayout.fileMetadata(id, file.id)), metadataBytes(file.metadata))
  })
  for (const path of folders) await disk.sync(path)
  await disk.sync(dirname(folders[1]))
}
