// Leaves photographs out, and takes them back: every face that offers it calls this.
import { RomiError } from '../base/errors.ts'
import type { JsonObject } from '../base/types.ts'
import type { File } from '../fsdb/file.ts'
import type { Scan } from '../fsdb/scan.ts'
import { excludedKey, isExcluded } from './facts/excluded.ts'
import { recordIn } from './facts/record.ts'

/** Which photographs of a scan are meant. */
export interface NamedPhotographs {
  /** The id of their fileset; without it `images`. */
  readonly fileset?: string
  /** Their ids, or their file names, however accents are stored. */
  readonly files: readonly string[]
}

/** What is told of photographs that are left out; plan and status show it, and it enters no key. */
export interface ExclusionWords {
  readonly why?: string
  /** Who says so. */
  readonly by?: string
  /** Without it, now. */
  readonly date?: Date
}

/**
 * Leaves photographs out: until they are taken back, every step works as if these, and what was made
 * of each, were not there. Their files stay. All of them or, where one is not there, none.
 *
 * @returns the ids of those that were not left out before
 * @throws RomiError `store/file-missing`, `store/fileset-missing`; `store/made-by-task` where a task
 *   made the fileset: the photograph is left out, and not what was made of it
 */
export async function excludePhotographs(
  scan: Scan,
  photographs: NamedPhotographs,
  { why = '', by = '', date = new Date() }: ExclusionWords = {},
): Promise<readonly string[]> {
  const files = await meant(scan, photographs)
  const exclusion = {
    ...(why.trim() !== '' && { why: why.trim() }),
    ...(by.trim() !== '' && { by: by.trim() }),
    date: date.toISOString(),
  }
  const changed: string[] = []
  for (const file of files) {
    if (!isExcluded(await file.getMetadata())) changed.push(file.id)
    await file.setMetadata(excludedKey, exclusion)
  }
  return changed
}

/**
 * Takes photographs back that were left out.
 *
 * @returns the ids of those that were
 * @throws RomiError as `excludePhotographs`
 */
export async function includePhotographs(
  scan: Scan,
  photographs: NamedPhotographs,
): Promise<readonly string[]> {
  const changed: string[] = []
  for (const file of await meant(scan, photographs)) {
    const metadata = await file.getMetadata()
    if (isExcluded(metadata)) changed.push(file.id)
    if (Object.hasOwn(metadata, excludedKey)) await file.removeMetadata(excludedKey)
  }
  return changed
}

async function meant(
  scan: Scan,
  { fileset: id = 'images', files: names }: NamedPhotographs,
): Promise<readonly File[]> {
  const fileset = await scan.getFileset(id)
  assertNotMade(scan, id, await fileset.getMetadata())
  const all = await fileset.getFiles()
  const found = new Map<string, File>()
  for (const name of names) {
    const file =
      all.find((one) => isSameName(one.id, name)) ??
      all.find((one) => isSameName(one.filename, name))
    // Throws, with what there is.
    const one = file ?? (await fileset.getFile(name))
    found.set(one.id, one)
  }
  return [...found.values()]
}

/** macOS takes accents apart, others compose them. */
const isSameName = (a: string, b: string): boolean => a.normalize('NFC') === b.normalize('NFC')

function assertNotMade(scan: Scan, fileset: string, metadata: JsonObject): void {
  if (recordIn(metadata) === undefined) return
  throw new RomiError(
    'store/made-by-task',
    `${fileset} of ${scan.id} was made by a step: leave out the photographs that it was made of, and what was made of them is left out with them`,
    { facts: { scan: scan.id, fileset } },
  )
}
