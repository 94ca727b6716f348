// romi-run clean: removes what tasks made; lists first, asks, and never touches what came from people.
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { conditionOf } from '../../plan/facts/condition.ts'
import { readFileset } from '../../plan/facts/read-fileset.ts'
import { recordIn, type StepRecord } from '../../plan/facts/record.ts'
import { exitCodes } from '../../run/exit-code.ts'
import { isRomiError, RomiError } from '../../base/errors.ts'
import { styleFor } from '../report/style.ts'
import { table } from '../report/table.ts'
import { count, size } from '../report/words.ts'
import { removable, type MadeByTask } from '../removable.ts'
import { chooseScans } from '../scans.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'

/** What is to be removed. */
export interface CleanOptions extends CommonOptions {
  readonly all?: boolean
  readonly task?: readonly string[]
  readonly superseded?: boolean
  readonly leftovers?: boolean
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
  const { database, scans: ids, absent } = await chooseScans(paths, undefined, context.cwd)
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
  const going = found.filter(({ filesets, leftovers }) => filesets.length + leftovers > 0)
  const told = found.filter((of) => going.includes(of) || of.edited.length > 0)
  if (told.length > 0) context.stdout.write(listing(told, options, context))
  if (going.length === 0) {
    context.stdout.write('there is nothing to remove\n')
    return code
  }
  if (!(await isAgreed(options, context))) {
    context.stdout.write('nothing was removed\n')
    return code
  }
  const wait = options.wait ?? false
  await db.connect({ share: true, wait, info: { command: 'clean' } })
  let isHeld = false
  for (const one of going) {
    try {
      await db.takeScan(one.scan.id, { wait })
    } catch (error) {
      if (!isRomiError(error, 'store/locked') || going.length === 1) throw error
      isHeld = true
      context.stderr.write(`${one.scan.id} is left as it is: ${error.message}\n`)
      continue
    }
    await remove(one, options)
    await db.letGoOfScan(one.scan.id)
  }
  return Math.max(code, isHeld ? exitCodes.databaseHeld : exitCodes.complete)
}

async function remove({ scan, filesets }: Found, options: CleanOptions): Promise<void> {
  for (const { id } of filesets) if (await scan.hasFileset(id)) await scan.deleteFileset(id)
  if (isForLeftovers(options)) await scan.clean({ drafts: true, retired: true })
}

interface Found {
  readonly scan: Scan
  /** What goes. */
  readonly filesets: readonly MadeByTask[]
  /** What would go, but for files that somebody changed by hand: how many, by fileset. */
  readonly edited: readonly { readonly id: string; readonly files: number }[]
  /** Unfinished drafts and retired filesets. */
  readonly leftovers: number
}

const isForLeftovers = ({ leftovers, task, superseded }: CleanOptions): boolean =>
  leftovers === true || (task === undefined && !superseded)

async function look(db: FSDB, scan: Scan, options: CleanOptions): Promise<Found> {
  const onlyLeftovers = options.leftovers === true && !options.all
  const made = onlyLeftovers ? [] : await madeBy(scan)
  const leftovers = isForLeftovers(options)
    ? (await scan.drafts()).length + (await scan.retired()).length
    : 0
  const which = { tasks: options.task ?? [], superseded: options.superseded ?? false }
  const filesets: MadeByTask[] = []
  const edited: { readonly id: string; readonly files: number }[] = []
  for (const fileset of removable(made, which)) {
    const files = options.edited ? 0 : await editedFiles(db, scan, fileset)
    if (files > 0) edited.push({ id: fileset.id, files })
    else filesets.push(fileset)
  }
  return { scan, filesets, edited, leftovers }
}

/** A fileset that bears a record of ours: made by a task, so that it can make it again. */
interface Recorded extends MadeByTask {
  readonly record: StepRecord
}

async function madeBy(scan: Scan): Promise<Recorded[]> {
  return [...(await scan.filesetsMetadata())].flatMap(([id, metadata]) => {
    const record = recordIn(metadata)
    const task = metadata.task_name
    if (record === undefined || typeof task !== 'string') return []
    return [{ id, task, bytes: record.made.bytes, record }]
  })
}

/** How many files of a fileset are not as its task made them: no task can make those again. */
async function editedFiles(db: FSDB, scan: Scan, { id, record }: Recorded): Promise<number> {
  const { facts } = await readFileset(await scan.getFileset(id), db.digests)
  return (await conditionOf(record, facts, undefined, undefined)).edited.length
}

function listing(found: readonly Found[], options: CleanOptions, context: CliContext): string {
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  const lines = found.flatMap(({ scan, filesets, edited, leftovers }) => [
    style.bold(scan.id),
    ...table(
      filesets.map(({ id, bytes }) => [id, style.dim(size(bytes))]),
      '  ',
    ),
    ...edited.map(
      ({ id, files }) => `  ✎ ${id} stays: ${count(files, 'file')} changed by hand (else --edited)`,
    ),
    ...(leftovers > 0 ? [style.dim(`  ${count(leftovers, 'leftover')} of earlier runs`)] : []),
  ])
  const all = found.flatMap(({ filesets }) => filesets)
  const bytes = all.reduce((sum, fileset) => sum + fileset.bytes, 0)
  return `${[...lines, `${count(all.length, 'fileset')}, ${size(bytes)}`].join('\n')}\n`
}

async function isAgreed(options: CleanOptions, context: CliContext): Promise<boolean> {
  if (options.yes) return true
  if (context.ask === undefined) {
    throw new RomiError(
      'cli/nobody-to-ask',
      'nobody is there to be asked: add --yes to remove these',
    )
  }
  const answer = await context.ask('remove them? [y/N] ')
  return /^\s*y(es)?\s*$/i.test(answer)
}
