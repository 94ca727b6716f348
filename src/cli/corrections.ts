// Corrections of organs that a person wrote in an editor: checked, and taken into a scan.
import { basename, extname, join, resolve } from 'node:path'
import { isRomiError, RomiError, systemCode } from '../base/errors.ts'
import { readRegular } from '../base/regular.ts'
import type { FSDB } from '../fsdb/fsdb.ts'
import type { Patience } from '../fsdb/locks/waiting.ts'
import type { Scan } from '../fsdb/scan.ts'
import { inputFile } from '../task/input.ts'
import type { Library } from '../task/library.ts'

/** Where the step that reads them looks. */
const listPlace = { fileset: 'corrections', file: 'organs' } as const

/** True of a file that holds a list of corrections, by its name: photographs are no JSON. */
export const isCorrections = (path: string): boolean => extname(path).toLowerCase() === '.json'

/**
 * Takes a list of corrections into a scan that has none.
 *
 * @param path absolute; one that lies in the scan, where they belong, stays as it is and is listed
 * @returns whether the scan had not the same list already
 * @throws RomiError `cli/bad-metadata` saying which entry is wrong; `store/file-exists` if the scan has
 *   another list, which a person made; `store/scan-missing`
 */
export async function takeCorrections(
  db: FSDB,
  id: string,
  path: string,
  library: Library,
  patience: Patience,
): Promise<boolean> {
  const bytes = await bytesAt(path)
  await checkCorrections(path, library)
  await db.takeScan(id, patience)
  const scan = await db.getScan(id)
  const target = join(scan.path, listPlace.fileset, `${listPlace.file}.json`)
  const fileset = (await scan.hasFileset(listPlace.fileset))
    ? await scan.getFileset(listPlace.fileset)
    : undefined
  if (await fileset?.hasFile(listPlace.file)) {
    const there = await (await fileset!.getFile(listPlace.file)).read() // it has the file
    if (Buffer.from(there).equals(bytes)) return false
    throw new RomiError(
      'store/file-exists',
      `${id} has other corrections: write yours into ${target} itself`,
      { facts: { path: target } },
    )
  }
  if (resolve(path) === target) await listThem(scan, path)
  else if (fileset) await (await fileset.createFile(listPlace.file)).write(bytes, 'json')
  else await publishThem(scan, bytes)
  return true
}

/** A fileset of corrections comes to be with its list, or not at all. */
async function publishThem(scan: Scan, bytes: Uint8Array): Promise<void> {
  const draft = await scan.draft('import')
  try {
    await draft.writeFile(listPlace.file, bytes, 'json')
    await draft.publish(listPlace.fileset)
  } catch (error) {
    await draft.discard()
    throw error
  }
}

/** @throws RomiError `cli/no-folder` */
async function bytesAt(path: string): Promise<Uint8Array> {
  try {
    return await readRegular(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw new RomiError('cli/no-folder', `${path}: there is no such file or folder`)
  }
}

/** Somebody made the folder, or the file in it, by hand. */
async function listThem(scan: Scan, path: string): Promise<void> {
  const { fileset } = listPlace
  if (await scan.hasFileset(fileset)) await (await scan.getFileset(fileset)).importFiles([path])
  else await scan.listFolder(fileset, [basename(path)])
}

/** Reads them as the step will. */
async function checkCorrections(path: string, library: Library): Promise<void> {
  const artifact = library.get('OrganCorrections')?.output
  if (artifact?.kind !== 'fileset')
    throw new RomiError('cli/unknown-task', 'no task here reads corrections: OrganCorrections')
  const known = { id: listPlace.file, filename: basename(path), path, lineage: [] }
  const file = inputFile('', known, () => undefined)
  const fileset = {
    task: 'OrganCorrections',
    artifact: artifact.name,
    id: undefined,
    files: [file],
    file: () => file,
    metadata: () => undefined,
    scanMetadata: () => undefined,
    measures: undefined,
  }
  try {
    await artifact.read(fileset)
  } catch (error) {
    if (!isRomiError(error)) throw error
    throw new RomiError('cli/bad-metadata', error.message, { cause: error })
  }
}
