// Which database and which of its scans: from paths, else from [romi], else from where the file lies.
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { RomiError } from '../base/errors.ts'
import { some } from '../base/some.ts'
import { FSDB } from '../fsdb/fsdb.ts'
import { whyNoScanId } from '../fsdb/ids.ts'
import { databaseNames } from '../fsdb/layout.ts'
import { sameName } from '../fsdb/lookup.ts'
import type { Pipeline, Settings, Step } from '../pipeline/pipeline.ts'
import { pathFrom } from '../base/path.ts'

/** A database, and the scans of it that are meant. */
export interface Chosen {
  /** Absolute; may be absent if `absent` is not empty. */
  readonly database: string
  /** Ids, sorted as they were named. */
  readonly scans: readonly string[]
  /** Ids that were named but that the database does not have. */
  readonly absent: readonly string[]
  /** The names of folders among them that are no scans for their name alone. */
  readonly misnamed: readonly string[]
}

/** Why a folder that would be a scan is none, and what to do. */
export const misnamedText = (name: string): string =>
  `the folder ${JSON.stringify(name)} is no scan, since its name ${whyNoScanId(name)}: rename it`

/** What a pipeline says of scans. */
export interface Hints {
  readonly file: string
  readonly settings: Settings
}

/**
 * Finds the scans that are meant.
 * @param args paths, patterns or ids, as typed
 * @throws RomiError `cli/no-scan`, `cli/several-databases`
 */
export async function chooseScans(
  args: readonly string[],
  hints: Hints | undefined,
  cwd: string,
): Promise<Chosen> {
  if (args.length === 0 && hints === undefined) throw noScan('name a scan or a database')
  const named = args.length > 0 ? await fromArgs(args, hints, cwd) : await fromHints(hints!)
  const databases = [...new Set(named.map(({ database }) => database))]
  if (databases.length > 1) {
    throw new RomiError(
      'cli/several-databases',
      `these scans are of several databases (${databases.join(', ')}): run once for each`,
    )
  }
  const unique = new Map(named.map((one) => [one.id, one]))
  const all = [...unique.values()]
  const scans = all.filter((one) => !isMisnamed(one))
  if (scans.length === 0) all.forEach(wellNamed)
  return {
    database: databases[0],
    scans: scans.filter(({ isThere }) => isThere).map(({ id }) => id),
    absent: scans.filter(({ isThere }) => !isThere).map(({ id }) => id),
    misnamed: all.filter(isMisnamed).map(({ id }) => id),
  }
}

/** True of a pipeline that needs nothing of a scan: it makes the scans that it names, and their database. */
export const makesItsScans = ({ steps }: Pipeline): boolean => {
  const all = [...steps.values()]
  return all.some(({ task }) => task.is === 'computing') && all.every(needsNothing)
}

/** Whether a step has what it needs in a scan that is empty, such as corrections that nobody made. */
const needsNothing = ({ task, params }: Step): boolean =>
  task.is === 'computing' || task.locate({ scan: '', filesets: [] }, params).is === 'nothing-needed'

interface Named {
  readonly database: string
  readonly id: string
  readonly isThere: boolean
}

const isDatabase = (path: string): boolean => FSDB.isDatabase(path)
const isScan = (path: string): boolean => FSDB.isScan(path)
const isPattern = (text: string): boolean => /[*?{[]/.test(text)

async function fromArgs(
  args: readonly string[],
  hints: Hints | undefined,
  cwd: string,
): Promise<Named[]> {
  const named: Named[] = []
  for (const arg of args) {
    const path = pathFrom(cwd, arg)
    if (isScan(path)) named.push(wellNamed(scanAt(path)))
    else if (isDatabase(path)) named.push(...(await allScansOf(path)))
    else if (isPattern(arg)) named.push(...(await matching(arg, cwd, hints)))
    else
      named.push((await sameNamed(arg, path, hints)) ?? wellNamed(await byName(arg, path, hints)))
  }
  return named
}

const isMisnamed = ({ id }: Named): boolean => whyNoScanId(id) !== undefined

/** @throws RomiError `store/bad-id` for a name that cannot be that of a scan */
function wellNamed(named: Named): Named {
  const why = whyNoScanId(named.id)
  if (why === undefined) return named
  const { database, id } = named
  const text = existsSync(join(database, id, databaseNames.index))
    ? misnamedText(id)
    : `${JSON.stringify(id)} cannot be a scan, since this name ${why}: choose another`
  throw new RomiError('store/bad-id', text, { facts: { id, kind: 'scan' } })
}

const scanAt = (path: string): Named => ({
  database: dirname(path),
  id: basename(path),
  isThere: true,
})

async function allScansOf(database: string): Promise<Named[]> {
  const db = await FSDB.open(database)
  const ids = [...(await db.scanIds()), ...(await db.misnamedFolders())]
  if (ids.length === 0) {
    throw noScan(`${database} has no scan: romi-run import brings photographs into one`)
  }
  return ids.map((id) => ({ database, id, isThere: true }))
}

/** Scans whose path matches, or whose id in the pipeline's database does. */
async function matching(typed: string, cwd: string, hints: Hints | undefined): Promise<Named[]> {
  const pattern = typed.startsWith('~') ? pathFrom(cwd, typed) : typed
  const { glob } = await import('tinyglobby')
  const folders = async (base: string) => {
    const options = { cwd: base, onlyDirectories: true, absolute: true, expandDirectories: false }
    return (await glob(pattern, options))
      .map((path) => resolve(path))
      .filter(isScan)
      .sort()
  }
  const near = await folders(cwd)
  const database = hints && databaseOf(hints)
  const found = near.length > 0 || database === undefined ? near : await folders(database)
  if (found.length === 0) {
    const beside = pathFrom(cwd, dirname(pattern))
    const there = [database, beside].find((path) => path !== undefined && isDatabase(path))
    const ids = there === undefined ? [] : await (await FSDB.open(there)).scanIds()
    const hint = ids.length === 0 ? '' : `; ${there} has ${some(ids)}`
    throw noScan(`no scan matches "${pattern}"${hint}`)
  }
  return found.map(scanAt)
}

/** A scan of a name whose accents are stored in the other way: composed, or taken apart. */
async function sameNamed(
  arg: string,
  path: string,
  hints: Hints | undefined,
): Promise<Named | undefined> {
  const database = hints && databaseOf(hints)
  const places = [dirname(path), ...(database === undefined || arg.includes('/') ? [] : [database])]
  for (const place of places.filter(isDatabase)) {
    const id = sameName(basename(path), await (await FSDB.open(place)).scanIds())
    if (id !== undefined) return { database: place, id, isThere: true }
  }
  return undefined
}

/** A scan by its id in the pipeline's database, or by a path where it may yet be made. */
async function byName(arg: string, path: string, hints: Hints | undefined): Promise<Named> {
  const database = hints && databaseOf(hints)
  if (database !== undefined && !arg.includes('/')) {
    const isThere = isScan(join(database, arg))
    if (isThere || !isDatabase(dirname(path))) return { database, id: arg, isThere }
  }
  const parent = dirname(path)
  if (isDatabase(parent)) return { database: parent, id: basename(path), isThere: false }
  if (!existsSync(path) && !existsSync(parent)) {
    return { database: parent, id: basename(path), isThere: false }
  }
  throw noScan(
    existsSync(path)
      ? `${arg} is neither a scan nor a database: a scan has ${databaseNames.index} and lies in a folder with the file ${databaseNames.marker}`
      : `there is no scan ${arg}, and ${parent} is no database`,
  )
}

async function fromHints(hints: Hints): Promise<Named[]> {
  const { settings, file } = hints
  const database = databaseOf(hints)
  const folder = dirname(resolve(file))
  if (settings.scans === undefined) {
    if (settings.database === undefined && isScan(folder)) return [scanAt(folder)]
    if (database !== undefined) return allScansOf(database)
    throw noScan(
      `which scans? Name them after ${basename(file)}, or put database and scans into its [romi]`,
    )
  }
  if (database === undefined) {
    throw noScan(`[romi] names scans but no database, and ${folder} is none`)
  }
  return fromArgs(settings.scans, hints, database)
}

/** The database that a pipeline names or lies in. */
function databaseOf({ file, settings }: Hints): string | undefined {
  const folder = dirname(resolve(file))
  if (settings.database !== undefined) return pathFrom(folder, settings.database)
  if (isDatabase(folder)) return folder
  return isScan(folder) ? dirname(folder) : undefined
}

const noScan = (message: string): RomiError => new RomiError('cli/no-scan', message)
