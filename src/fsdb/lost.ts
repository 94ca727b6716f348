// Filesets that were lost from the index: whole on the disk, with our own record, but listed nowhere.
//
// A program that keeps files.json in memory and writes it back drops what was listed meanwhile. What
// we delete leaves neither folder nor record, so a folder with both was not deleted.
import { isDigest, type Digest } from '../base/digest.ts'
import { isRomiError } from '../base/errors.ts'
import { isJsonObject, type JsonObject } from '../base/types.ts'
import { caseTwin, isSafeName, parseFileId, parseFilesetId, type FilesetId } from './ids.ts'
import { scanLayout } from './layout.ts'
import type { ScanFolder } from './scan-folder.ts'
import type { FileChange, ScanIndex } from './scan-index.ts'

/** A fileset that nothing lists and that says of itself what it is. */
export interface LostFileset {
  readonly id: FilesetId
  readonly files: readonly (FileChange & { readonly digest: Digest })[]
}

/** The folders of a scan that were lost from its index, if they are as their records say. */
export async function lostFilesets(
  scan: ScanFolder,
  index: ScanIndex = scan.index(),
): Promise<LostFileset[]> {
  const found: LostFileset[] = []
  for (const entry of scan.disk.list(scan.path) ?? []) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    if (index.fileset(entry.name)) continue
    const lost = candidate(scan, index, entry.name)
    if (lost && (await isWhole(scan, lost))) found.push(lost)
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Lists again what was lost. @returns what it listed */
export async function relistLost(scan: ScanFolder): Promise<readonly FilesetId[]> {
  const lost = await lostFilesets(scan)
  if (lost.length === 0) return []
  await scan.committer.change((index) => ({
    after: lost
      .filter(({ id }) => isFree(index, id))
      .map(({ id, files }) => ({
        do: 'add-fileset',
        id,
        files: files.map(({ id: file, file: name }) => ({ id: file, file: name })),
      })),
  }))
  return lost.map(({ id }) => id)
}

const isFree = (index: ScanIndex, id: FilesetId): boolean =>
  index.fileset(id) === undefined && caseTwin(id, index.filesetIds) === undefined

function candidate(scan: ScanFolder, index: ScanIndex, name: string): LostFileset | undefined {
  try {
    const id = parseFilesetId(name)
    if (!isFree(index, id)) return undefined
    const files = filesOf(scan.metadata(scanLayout.filesetMetadata(id)), id)
    return files && { id, files }
  } catch (error) {
    // No name that a fileset can have, or metadata that nobody can read: none of ours.
    if (isRomiError(error, 'store/bad-id') || isRomiError(error, 'store/metadata-damaged'))
      return undefined
    throw error
  }
}

/**
 * The files of which a fileset's record speaks; `undefined` unless the record is whole and of a
 * fileset of this very name: a copy under another name is no fileset of ours.
 */
function filesOf(
  { task_name: task, romi }: JsonObject,
  id: FilesetId,
): LostFileset['files'] | undefined {
  if (typeof task !== 'string' || romi === undefined || !isJsonObject(romi)) return undefined
  const { key, outputs } = romi
  const mark = id.slice(id.lastIndexOf('_') + 1)
  const isNamedSo = id.startsWith(`${task}_`) && mark.length >= 10
  if (!isNamedSo || !isDigest(key) || !key.startsWith(mark)) return undefined
  if (outputs === undefined || !isJsonObject(outputs)) return undefined
  const files = Object.entries(outputs).map(([file, output]) => fileOf(file, output))
  return files.length > 0 && files.every((file) => file !== undefined) ? files : undefined
}

function fileOf(id: string, output: unknown): LostFileset['files'][number] | undefined {
  if (!isJsonObject(output)) return undefined
  const { file, digest } = output
  if (!isSafeName(file) || !isDigest(digest)) return undefined
  return { id: parseFileId(id), file, digest }
}

/** Whether every file is there with the very bytes that the record tells. */
async function isWhole(scan: ScanFolder, { id, files }: LostFileset): Promise<boolean> {
  try {
    for (const { file, digest } of files) {
      const path = scan.at(scanLayout.file(id, file))
      if (!scan.disk.stat(path)?.isFile()) return false
      if ((await scan.host.digests.digest(path)) !== digest) return false
    }
    return true
  } catch (error) {
    if (isRomiError(error)) return false
    throw error
  }
}
