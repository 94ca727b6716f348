// romi-run exclude and include: photographs that every step leaves out, and their way back.
import { RomiError } from '../../base/errors.ts'
import { some } from '../../base/some.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import { excludePhotographs, includePhotographs } from '../../plan/exclude.ts'
import { isExcluded } from '../../plan/facts/excluded.ts'
import { chosenScans } from '../chosen-scans.ts'
import { count } from '../../base/number-words.ts'
import type { CliContext, CommonOptions } from '../cli-context.ts'

/** What may be said of photographs that are left out or taken back. */
export interface ExcludeOptions extends CommonOptions {
  readonly fileset: string
  readonly why?: string
  readonly wait?: boolean
}

/** Leaves photographs of a scan out. */
export async function excludeVerb(
  scan: string,
  files: readonly string[],
  options: ExcludeOptions,
  context: CliContext,
): Promise<number> {
  const { fileset, why } = options
  return change(scan, 'exclude', options, context, async (db, id) => {
    const found = await db.getScan(id)
    const changed = await excludePhotographs(
      found,
      { fileset, files },
      why === undefined ? {} : { why },
    )
    const all = [...(await (await found.getFileset(fileset)).filesMetadata()).values()]
    const left = all.filter((metadata) => !isExcluded(metadata)).length
    const told =
      changed.length === 0
        ? `${some(files)}: left out already`
        : `left out of ${fileset} of ${id}: ${some(changed, 10)}`
    return `${told}; ${left} of ${count(all.length, 'photograph')} count`
  })
}

/** Takes photographs of a scan back. */
export async function includeVerb(
  scan: string,
  files: readonly string[],
  options: ExcludeOptions,
  context: CliContext,
): Promise<number> {
  const { fileset } = options
  return change(scan, 'include', options, context, async (db, id) => {
    const changed = await includePhotographs(await db.getScan(id), { fileset, files })
    return changed.length === 0
      ? `${some(files)}: not left out`
      : `taken back into ${fileset} of ${id}: ${some(changed, 10)}`
  })
}

/** Does something with a scan that this process holds, and tells what came of it. */
async function change(
  named: string,
  verb: string,
  { wait = false, quiet }: ExcludeOptions,
  context: CliContext,
  work: (db: FSDB, id: string) => Promise<string>,
): Promise<number> {
  const { database, scans, absent } = await chosenScans([named], undefined, context)
  const [id] = [...scans, ...absent]
  if (scans.length + absent.length !== 1)
    throw new RomiError('cli/no-scan', `${named} is not one scan: name one, such as ${named}/${id}`)
  await using db = await FSDB.open(database)
  // Throws, with what there is, before anything is waited for.
  await db.getScan(id)
  await db.connect({ share: true, wait, info: { command: `${verb} ${id}` } })
  await db.takeScan(id, { wait })
  const told = await work(db, id)
  if (!quiet) context.stdout.write(`${told}\n`)
  return 0
}
