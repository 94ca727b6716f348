// romi-run import: photographs, with what is known of each, into a scan.
import { basename, dirname, extname, join } from 'node:path'
import { RomiError } from '../../base/errors.ts'
import { jsonEqual } from '../../base/json.ts'
import { ownValue } from '../../base/own.ts'
import { some } from '../../base/some.ts'
import type { JsonObject } from '../../base/types.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import { noMetadata } from '../../fsdb/metadata.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { parseFilesetId, parseScanId } from '../../fsdb/ids.ts'
import { loadLibrary } from '../../task/modules.ts'
import { isCorrections, takeCorrections } from '../corrections.ts'
import { damagedAmong, damageLines } from '../damaged.ts'
import { openOrCreate } from '../database.ts'
import { keyValues, readFileMetadata } from '../file-metadata.ts'
import { namesInFolder, photographsAt } from '../photographs.ts'
import { tellPoses } from '../poses.ts'
import { scanDataOf, tellScan, type ScanDataOptions } from '../scan-data.ts'
import { shortPath } from '../report/diagnostics.ts'
import { count } from '../../base/number-words.ts'
import { takeIn, type Photographs } from '../take-in.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'
import { pathFrom } from '../../base/path.ts'

/** What may be said of an import. */
export interface ImportOptions extends CommonOptions, ScanDataOptions {
  readonly metadata?: string
  /** A file of another tool that holds the photographs' cameras. */
  readonly cameras?: string
  readonly database?: string
  readonly fileset: string
  readonly set?: readonly string[]
  readonly wait?: boolean
}

/**
 * Copies photographs into a fileset of a scan; database and scan are made if need be.
 *
 * @param paths folders or files, and last the scan; or one list of corrections, and the scan
 */
export async function importVerb(
  paths: readonly string[],
  options: ImportOptions,
  context: CliContext,
): Promise<number> {
  const scan = paths.at(-1)
  if (scan === undefined || paths.length === 1)
    throw new RomiError('cli/no-scan', 'name the photographs, or their folder, and then the scan')
  const [first, ...others] = paths.slice(0, -1)
  if (others.length === 0 && isCorrections(first))
    return importCorrections(first, scan, options, context)
  const files = await photographsAt(paths.slice(0, -1), context.cwd)
  const shared = keyValues(options.set ?? [])
  const data = scanDataOf(options)
  const { byName: table, reading } = options.metadata
    ? await readFileMetadata(pathFrom(context.cwd, options.metadata))
    : { byName: new Map<string, JsonObject>() }
  const { database, id } = whereTo(scan, options.database, context.cwd)
  parseScanId(id)
  parseFilesetId(options.fileset)
  await assertKnown(table, files, database, id, options)
  const { cameras, format, notes: cameraNotes } = await camerasFor(files, options, context)
  const metadata = (path: string) => {
    const name = namesInFolder(path).find((candidate) => table.has(candidate))
    const camera = cameras.get(path)
    return { ...shared, ...(camera && { camera }), ...(name !== undefined && table.get(name)) }
  }
  await using db = await openOrCreate(database)
  const patience = { wait: options.wait ?? false }
  await db.connect({ ...patience, share: true, info: { command: `import ${id}` } })
  await db.reserveScan(id, patience)
  const added = await bring(db, id, { fileset: options.fileset, files, metadata })
  const old = new Map([...cameras].filter(([file]) => !added.includes(file)))
  const replaced = await tellCameras(await db.getScan(id), options.fileset, old)
  await tellScan(await db.getScan(id), data)
  const path = shortPath(join(database, id), context.cwd)
  const library = await loadLibrary({ ...context.origin, modules: [] })
  const damaged = await damagedAmong(added, library)
  if (!options.quiet) {
    const given = added.map((path) => ({ filename: basename(path), metadata: metadata(path) }))
    const { told, doubt } = tellPoses(given.map((of) => of.metadata))
    const lenses = await context.tellCameras(cameras.size > 0 ? [] : given)
    const bare = added.filter((file) => !namesInFolder(file).some((name) => table.has(name)))
    const known = files.length - added.length
    const notes = [
      ...(known > 0 ? [`; ${count(known, 'photograph')} that it had already`] : []),
      ...(table.size === 0 || bare.length === 0
        ? []
        : [`; without metadata of their own: ${some(bare.map((file) => basename(file)))}`]),
    ]
    const what = `${count(added.length, known > 0 ? 'new photograph' : 'photograph')}`
    context.stdout.write(`${what} in ${path}, fileset ${options.fileset}${notes.join('')}\n`)
    if (reading !== undefined)
      context.stdout.write(`${basename(options.metadata ?? '')} was read with ${reading}\n`)
    if (told !== undefined) context.stdout.write(`${told}\n`)
    if (lenses.told !== undefined) context.stdout.write(`${lenses.told}\n`)
    if (cameras.size > 0)
      context.stdout.write(
        `${cameras.size} with a camera, of ${format}: camera_metadata = "camera"\n`,
      )
    if (replaced.length > 0)
      context.stdout.write(`other cameras stood there and were replaced: ${some(replaced)}\n`)
    for (const note of cameraNotes) context.stderr.write(`${note}\n`)
    if (doubt !== undefined) context.stderr.write(`${doubt}\n`)
    if (lenses.doubt !== undefined) context.stderr.write(`${lenses.doubt}\n`)
  }
  for (const line of damageLines(damaged, path, options.fileset)) context.stderr.write(`${line}\n`)
  return 0
}

/** A list of corrections of organs, into a scan that is there. */
async function importCorrections(
  file: string,
  scan: string,
  options: ImportOptions,
  context: CliContext,
): Promise<number> {
  const { database, id } = whereTo(scan, options.database, context.cwd)
  parseScanId(id)
  const library = await loadLibrary({ ...context.origin, modules: [] })
  const patience = { wait: options.wait ?? false }
  await using db = await FSDB.open(database)
  await db.connect({ ...patience, share: true, info: { command: `import ${id}` } })
  const isNew = await takeCorrections(db, id, pathFrom(context.cwd, file), library, patience)
  if (options.quiet) return 0
  const path = shortPath(join(database, id), context.cwd)
  context.stdout.write(
    isNew
      ? `corrections of organs in ${path}: the next run applies them\n`
      : `${path} had these corrections already\n`,
  )
  return 0
}

/** The cameras that a file of another tool holds for photographs; none without such a file. */
async function camerasFor(
  files: readonly string[],
  { cameras }: ImportOptions,
  context: CliContext,
): Promise<Awaited<ReturnType<CliContext['readCameras']>>> {
  if (cameras === undefined) return { format: '', cameras: new Map(), notes: [] }
  return context.readCameras(pathFrom(context.cwd, cameras), files)
}

/**
 * Gives photographs that were there already the cameras that were found for them.
 *
 * @returns the ids of those that had another one
 */
async function tellCameras(
  scan: Scan,
  filesetId: string,
  cameras: ReadonlyMap<string, JsonObject>,
): Promise<readonly string[]> {
  if (cameras.size === 0) return []
  const fileset = await scan.getFileset(filesetId)
  const known = new Map<string, JsonObject>(await fileset.filesMetadata())
  const replaced: string[] = []
  for (const [path, camera] of cameras) {
    const id = basename(path, extname(path))
    const old = ownValue(known.get(id) ?? noMetadata, 'camera')
    if (jsonEqual(old, camera)) continue
    if (old !== undefined) replaced.push(id)
    await (await fileset.getFile(id)).setMetadata('camera', camera)
  }
  return replaced
}

/** @returns the photographs that the scan had not */
async function bring(db: FSDB, id: string, photographs: Photographs): Promise<readonly string[]> {
  if (await db.hasScan(id)) {
    await db.takeScan(id)
    return takeIn(await db.getScan(id), photographs)
  }
  const { fileset, files, metadata } = photographs
  await db.createScan(id, {}, [{ id: fileset, files, metadata }])
  return files
}

/** Throws if metadata speak of files that neither are taken in nor are there. */
async function assertKnown(
  table: ReadonlyMap<string, JsonObject>,
  files: readonly string[],
  database: string,
  id: string,
  options: ImportOptions,
): Promise<void> {
  if (table.size === 0) return
  const there = await filenamesIn(database, id, options.fileset)
  const names = new Set([...files, ...there].flatMap((file) => namesInFolder(file)))
  const strangers = [...table.keys()].filter((name) => !names.has(name))
  if (strangers.length === 0) return
  throw new RomiError(
    'cli/unknown-file',
    `${options.metadata} speaks of files that are not taken in: ${some(strangers)}`,
  )
}

async function filenamesIn(database: string, id: string, fileset: string): Promise<string[]> {
  if (!FSDB.isDatabase(database)) return []
  const db = await FSDB.open(database)
  if (!(await db.hasScan(id))) return []
  const scan = await db.getScan(id)
  if (!(await scan.hasFileset(fileset))) return []
  return (await (await scan.getFileset(fileset)).getFiles()).map(({ filename }) => filename)
}

/**
 * `mydb/plant_01`, or `plant_01` with the database named apart.
 * @throws RomiError `cli/no-scan` if it is a database itself, or lies in a scan
 */
function whereTo(
  scan: string,
  database: string | undefined,
  cwd: string,
): { readonly database: string; readonly id: string } {
  if (database !== undefined) return { database: pathFrom(cwd, database), id: scan }
  const path = pathFrom(cwd, scan)
  const above = dirname(path)
  if (FSDB.isDatabase(path))
    throw new RomiError(
      'cli/no-scan',
      `${scan} is a database: name the scan in it, such as ${join(scan, 'plant_01')}`,
    )
  if (FSDB.isScan(above))
    throw new RomiError(
      'cli/no-scan',
      `${scan} lies in the scan ${dirname(scan)}: name that scan, and the fileset by --fileset`,
    )
  return { database: above, id: basename(path) }
}
