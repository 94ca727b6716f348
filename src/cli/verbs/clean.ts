// romi-run clean: removes what tasks made; lists first, asks, and never touches what came from people.
import { basename, join } from 'node:path'
import { some } from '../../base/some.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import { scanLayout } from '../../fsdb/layout.ts'
import type { Scan } from '../../fsdb/scan.ts'
import {
  handWork,
  handWorkText,
  isByHand,
  nothingByHand,
  type HandWork,
} from '../../plan/by-hand.ts'
import { prunableRecords } from '../../plan/facts/archive.ts'
import type { MadeFileset } from '../../plan/facts/facts.ts'
import { recordIn } from '../../plan/facts/record.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { keptRuns, prunableRunsOf, pruneRuns } from '../../run/prune-runs.ts'
import { isRomiError, RomiError } from '../../base/errors.ts'
import { styleFor } from '../report/style.ts'
import { table } from '../report/table.ts'
import { count, size } from '../../base/number-words.ts'
import { removable } from '../removable.ts'
import { chosenScans } from '../chosen-scans.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'

/** What is to be removed. */
export interface CleanOptions extends CommonOptions {
  readonly all?: boolean
  readonly task?: readonly string[]
  readonly superseded?: boolean
  readonly leftovers?: boolean
  readonly forget?: readonly string[]
  readonly edited?: boolean
  readonly yes?: boolean
  readonly wait?: boolean
}

/** Lists what would go, asks, and removes it. */
export async function cleanVerb(
  paths: readonly string[],
  options: CleanOptions,
  context: CliContext,
): Promise<number> {
  const { database, scans: ids, absent } = await chosenScans(paths, undefined, context)
  await using db = await FSDB.open(database)
  const found: Found[] = []
  let isShort = false
  for (const id of [...ids, ...absent]) {
    try {
      found.push(await look(db, await db.getScan(id), options))
    } catch (error) {
      if (!isRomiError(error) || ids.length + absent.length === 1) throw error
      isShort = true
      context.stderr.write(`${id} is left as it is: ${error.message}\n`)
    }
  }
  const code = isShort ? exitCodes.missingData : exitCodes.complete
  const going = found.filter(
    ({ going, drafts, records }) => going.length + drafts + records.length > 0,
  )
  const runs = isForLeftovers(options) ? prunableRunsOf(db).length : 0
  const told = found.filter((of) => going.includes(of) || of.staying.length > 0)
  if (told.length > 0) context.stdout.write(listing(told, options, context))
  if (runs > 0) context.stdout.write(`${count(runs, 'log')} of runs before the last ${keptRuns}\n`)
  if (going.length === 0 && runs === 0) {
    context.stdout.write('there is nothing to remove\n')
    return code
  }
  if (!(await isAgreed(options, context))) {
    context.stdout.write('nothing was removed\n')
    return code
  }
  const wait = options.wait ?? false
  await db.connect({ share: true, wait, info: { command: 'clean' } })
  if (runs > 0) await pruneRuns(db)
  const codes: number[] = [code]
  for (const agreed of going) {
    try {
      await removeFrom(db, agreed, options, context)
    } catch (error) {
      if (!isRomiError(error) || going.length === 1) throw error
      const isHeld = error.code === 'store/locked'
      codes.push(isHeld ? exitCodes.databaseHeld : exitCodes.missingData)
      const how = isHeld ? 'is left as it is' : 'is not cleaned, or not wholly'
      context.stderr.write(`${agreed.scan.id} ${how}: ${error.message}\n`)
    }
  }
  return Math.max(...codes)
}

/** Takes a scan, removes what was agreed on, and lets the scan go, whatever comes of it. */
async function removeFrom(
  db: FSDB,
  agreed: Found,
  options: CleanOptions,
  context: CliContext,
): Promise<void> {
  const { id } = agreed.scan
  await db.takeScan(id, { wait: options.wait ?? false })
  try {
    await remove(db, agreed, options, context)
  } finally {
    await db.letGoOfScan(id)
  }
}

/** Something that may go: a fileset by its id, or a replaced one by its folder. */
interface Removable {
  readonly is: 'fileset' | 'lost' | 'retired'
  readonly name: string
  readonly bytes: number
  readonly hand: HandWork
}

interface Found {
  readonly scan: Scan
  readonly going: readonly Removable[]
  /** What would be removed, except what people put there. */
  readonly staying: readonly Removable[]
  /** Unfinished drafts. */
  readonly drafts: number
  /** Names of records of long ago, which no fileset stands behind. */
  readonly records: readonly string[]
}

const isForLeftovers = ({ leftovers, task, superseded, forget }: CleanOptions): boolean =>
  leftovers === true || (task === undefined && !superseded && forget === undefined)

async function look(db: FSDB, scan: Scan, options: CleanOptions): Promise<Found> {
  const all =
    options.forget === undefined
      ? [...(await madeBy(db, scan, options)), ...(await retiredOf(db, scan, options))]
      : await forgotten(scan, options.forget)
  const stays = ({ hand }: Removable): boolean => !options.edited && isByHand(hand)
  return {
    scan,
    going: all.filter((one) => !stays(one)),
    staying: all.filter(stays),
    drafts: isForLeftovers(options) ? (await scan.drafts()).length : 0,
    records: isForLeftovers(options) ? prunableRecords(scan, await filesetsWithRecord(scan)) : [],
  }
}

/** The filesets that a task made, so that it can make them again, as far as they are meant. */
async function madeBy(db: FSDB, scan: Scan, options: CleanOptions): Promise<Removable[]> {
  if (options.leftovers === true && !options.all) return []
  const which = { tasks: options.task ?? [], superseded: options.superseded ?? false }
  const found: Removable[] = []
  for (const { id, record } of removable(await filesetsWithRecord(scan), which)) {
    const hand = await handWork(await scan.parts(id), (path) => db.digests.digest(path))
    found.push({ is: 'fileset', name: id, bytes: record.made.bytes, hand })
  }
  return found
}

/** The filesets with a record, in the order of the index. */
const filesetsWithRecord = async (scan: Scan): Promise<readonly MadeFileset[]> =>
  [...(await scan.filesetsMetadata())].flatMap(([id, metadata]) => {
    const record = recordIn(metadata)
    const task = metadata.task_name
    return record && typeof task === 'string' ? [{ id, task, record }] : []
  })

/** The replaced filesets; a correction that a listed fileset still has is not counted as lost. */
async function retiredOf(db: FSDB, scan: Scan, options: CleanOptions): Promise<Removable[]> {
  if (!isForLeftovers(options)) return []
  const kept = new Set(
    [...(await scan.filesetsMetadata()).values()].flatMap((metadata) =>
      Object.entries(recordIn(metadata)?.outputs ?? {}).map(
        ([id, { digest }]) => `${id} ${digest}`,
      ),
    ),
  )
  const found: Removable[] = []
  for (const folder of await scan.retired()) {
    const parts = scan.retiredParts(folder)
    const hand = await handWork(
      parts,
      (path) => db.digests.digest(path),
      (id, digest) => kept.has(`${id} ${digest}`),
    )
    const bytes = recordIn(parts.metadata)?.made.bytes ?? 0
    found.push({ is: 'retired', name: folder, bytes, hand })
  }
  return found
}

/** Filesets that files.json lost and that nobody wants back. @throws RomiError `cli/nothing-lost` */
async function forgotten(scan: Scan, ids: readonly string[]): Promise<Removable[]> {
  const lost = await scan.lost()
  return ids.map((name) => {
    if (lost.some((id) => id === name)) return { is: 'lost', name, bytes: 0, hand: nothingByHand }
    const there = lost.length === 0 ? 'none is' : `these are: ${some(lost)}`
    throw new RomiError(
      'cli/nothing-lost',
      `${name} is no fileset that ${scan.id} lost from its index; ${there}. Of listed ones say --task`,
    )
  })
}

/** Removes what was agreed on, if nobody put anything there meanwhile. */
async function remove(
  db: FSDB,
  { scan, going, drafts }: Found,
  options: CleanOptions,
  context: CliContext,
): Promise<void> {
  // Lists again what is to be forgotten, so that it is deleted as any other is.
  await scan.take()
  const again =
    options.forget === undefined ? await look(db, scan, options) : { going, records: [] }
  const isStill = ({ name }: Removable) => again.going.some((one) => one.name === name)
  for (const { name } of going.filter((one) => !isStill(one)))
    context.stderr.write(`${basename(name)} stays: somebody changed it meanwhile\n`)
  const agreed = going.filter(isStill)
  for (const { is, name } of agreed)
    if (is !== 'retired' && (await scan.hasFileset(name))) await scan.deleteFileset(name)
  const retired = agreed.flatMap(({ is, name }) => (is === 'retired' ? [name] : []))
  await scan.clean({ drafts: drafts > 0, retired })
  await scan.records.remove(again.records)
}

function listing(found: readonly Found[], options: CleanOptions, context: CliContext): string {
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  const labelOf = ({ is, name }: Removable): string =>
    is === 'retired' ? join(scanLayout.retired, basename(name)) : name
  const lines = found.flatMap(({ scan, going, staying, drafts, records }) => [
    style.bold(scan.id),
    ...table(
      going.map((one) => [
        labelOf(one),
        style.dim(size(one.bytes)),
        ...(isByHand(one.hand) ? [style.yellow(`✎ ${handWorkText(one.hand)}`)] : []),
      ]),
      '  ',
    ),
    ...staying.map((one) => `  ✎ ${labelOf(one)} stays: ${handWorkText(one.hand)} (else --edited)`),
    ...(drafts > 0 ? [style.dim(`  ${count(drafts, 'unfinished draft')} of earlier runs`)] : []),
    ...(records.length > 0
      ? [style.dim(`  ${count(records.length, 'record')} of what is gone for long`)]
      : []),
  ])
  const all = found.flatMap(({ going }) => going)
  const bytes = all.reduce((sum, { bytes }) => sum + bytes, 0)
  return `${[...lines, `${count(all.length, 'fileset')}, ${size(bytes)}`].join('\n')}\n`
}

async function isAgreed(options: CleanOptions, context: CliContext): Promise<boolean> {
  if (options.yes) return true
  const answer = await context.ask?.('remove them? [y/N] ')
  if (answer === undefined) {
    throw new RomiError(
      'cli/nobody-to-ask',
      'nobody is there to be asked: add --yes to remove these',
    )
  }
  return /^\s*y(es)?\s*$/i.test(answer)
}
