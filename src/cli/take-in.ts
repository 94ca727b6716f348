// Photographs into a scan that is there: only new ones, and nothing takes the place of another.
import { statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { forEachLimited } from '../base/parallel.ts'
import { some } from '../base/some.ts'
import type { JsonObject } from '../base/types.ts'
import type { Fileset } from '../fsdb/fileset.ts'
import type { Scan } from '../fsdb/scan.ts'

/** Photographs that a fileset is to have. */
export interface Photographs {
  readonly fileset: string
  readonly files: readonly string[]
  readonly metadata: (path: string) => JsonObject
}

const idOfPath = (path: string): string => basename(path, extname(path))

/** Pictures in memory at a time. */
const atATime = 4

/**
 * Takes in the photographs that a scan does not have; all of them or none.
 *
 * @returns those that it had not
 * @throws RomiError `store/file-exists` if it has other bytes under one of the names
 */
export async function takeIn(scan: Scan, photographs: Photographs): Promise<readonly string[]> {
  const { fileset: id, files, metadata } = photographs
  if (!(await scan.hasFileset(id))) {
    await publishNew(scan, photographs)
    return files
  }
  const fileset = await scan.getFileset(id)
  const isNew = new Map<string, boolean>()
  const others: string[] = []
  await forEachLimited(files, atATime, async (path) => {
    const found = await compare(fileset, path)
    isNew.set(path, found === 'new')
    if (found === 'other') others.push(basename(path))
  })
  if (others.length > 0)
    throw new RomiError(
      'store/file-exists',
      `${scan.id} has other photographs by the names ${some(others.sort())}: nothing was taken in; ` +
        'rename these, or delete those first',
      { facts: { scan: scan.id, files: others } },
    )
  const added = files.filter((path) => isNew.get(path))
  if (added.length > 0) await fileset.importFiles(added, { metadata: (path) => metadata(path) })
  return added
}

/** What the fileset holds under the name of a file. */
async function compare(fileset: Fileset, path: string): Promise<'new' | 'same' | 'other'> {
  if (!(await fileset.hasFile(idOfPath(path)))) return 'new'
  const file = await fileset.getFile(idOfPath(path))
  const [here, there] = [statSync(path), statSync(file.path)]
  if (here.dev === there.dev && here.ino === there.ino) return 'same'
  if (here.size !== there.size) return 'other'
  return (await readFile(path)).equals(await file.read()) ? 'same' : 'other'
}

/** A fileset that the scan does not have comes to be with all its photographs. */
async function publishNew(scan: Scan, { fileset, files, metadata }: Photographs): Promise<void> {
  const draft = await scan.draft('import')
  try {
    await forEachLimited(files, atATime, async (path) => {
      const bytes = await readFile(path)
      await draft.writeFile(idOfPath(path), bytes, extname(path).slice(1), metadata(path))
    })
    await draft.publish(fileset)
  } catch (error) {
    await draft.discard()
    throw error
  }
}
