// romi-run import: photographs, with what is known of each, into a new scan.
import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { RomiError, systemCode } from '../../base/errors.ts'
import { some } from '../../base/some.ts'
import type { JsonObject } from '../../base/types.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import { parseFilesetId, parseScanId } from '../../fsdb/ids.ts'
import { composed, keyValues, readFileMetadata } from '../file-metadata.ts'
import { tellPoses } from '../poses.ts'
import { shortPath } from '../report/diagnostics.ts'
import { count } from '../report/words.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'
import { pathFrom } from '../path.ts'

/** What may be said of an import. */
export interface ImportOptions extends CommonOptions {
  readonly metadata?: string
  readonly database?: string
  readonly fileset: string
  readonly set?: readonly string[]
}

const pictures = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp'])

/** Copies the pictures of `folder` into a fileset of a new scan; the database is made if need be. */
export async function importVerb(
  folder: string,
  scan: string,
  options: ImportOptions,
  context: CliContext,
): Promise<number> {
  const from = pathFrom(context.cwd, folder)
  const files = await picturesIn(from)
  const shared = keyValues(options.set ?? [])
  const table = options.metadata
    ? await readFileMetadata(pathFrom(context.cwd, options.metadata))
    : new Map<string, JsonObject>()
  const names = new Set(files.flatMap((file) => namesOf(file)))
  const strangers = [...table.keys()].filter((name) => !names.has(name))
  if (strangers.length > 0) {
    throw new RomiError(
      'cli/unknown-file',
      `${options.metadata} speaks of files that ${folder} does not have: ${some(strangers)}`,
    )
  }
  const { database, id } = whereTo(scan, options.database, context.cwd)
  parseScanId(id)
  parseFilesetId(options.fileset)
  await using db = FSDB.isDatabase(database)
    ? await FSDB.open(database)
    : await FSDB.create(database)
  await db.connect()
  if (await db.hasScan(id)) {
    throw new RomiError(
      'store/scan-exists',
      `there is a scan ${shortPath(join(database, id), context.cwd)} already: choose another name, or remove that folder to import it anew`,
    )
  }
  const metadata = (path: string) => {
    const name = namesOf(path).find((candidate) => table.has(candidate))
    return { ...shared, ...(name !== undefined && table.get(name)) }
  }
  const made = await db.createScan(id, {}, [{ id: options.fileset, files, metadata }])
  if (!options.quiet) {
    const { told, doubt } = tellPoses(files.map(metadata))
    const bare = files.filter((file) => !namesOf(file).some((name) => table.has(name)))
    const note =
      table.size === 0 || bare.length === 0
        ? ''
        : `; without metadata of their own: ${some(bare.map((file) => basename(file)))}`
    context.stdout.write(
      `${count(files.length, 'photograph')} in ${shortPath(made.path, context.cwd)}, fileset ${options.fileset}${note}\n`,
    )
    if (told !== undefined) context.stdout.write(`${told}\n`)
    if (doubt !== undefined) context.stderr.write(`${doubt}\n`)
  }
  return 0
}

async function picturesIn(folder: string): Promise<string[]> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such folder' : 'it cannot be read'
    throw new RomiError('cli/no-folder', `${folder}: ${why}`, { cause: error })
  }
  const files = names.filter((name) => pictures.has(extname(name).toLowerCase())).sort()
  if (files.length === 0) {
    const there = names.length === 0 ? 'it is empty' : `it holds ${some(names)}`
    throw new RomiError(
      'cli/no-photographs',
      `${folder} has no photographs (${[...pictures].join(' ')}): ${there}`,
    )
  }
  return files.map((name) => join(folder, name))
}

/** A file is known by its name, with the extension or without, however its accents are stored. */
const namesOf = (path: string): string[] =>
  [basename(path), basename(path, extname(path))].map(composed)

/** `mydb/plant_01`, or `plant_01` with the database named apart. */
function whereTo(
  scan: string,
  database: string | undefined,
  cwd: string,
): { readonly database: string; readonly id: string } {
  if (database !== undefined) return { database: pathFrom(cwd, database), id: scan }
  const path = pathFrom(cwd, scan)
  return { database: dirname(path), id: basename(path) }
}
