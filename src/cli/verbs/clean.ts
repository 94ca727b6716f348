// romi-run clean: removes what tasks made; lists first, asks, and never touches what came from people.
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { recordIn } from '../../plan/record.ts'
import { exitCodes } from '../../run/exit-code.ts'
import { RomiError } from '../../base/errors.ts'
import { styleFor } from '../report/style.ts'
import { table } from '../report/table.ts'
import { count, size } from '../report/words.ts'
import { removable, type MadeByTask } from '../removable.ts'
import { chooseScans } from '../scans.ts'
import type { CommonOptions, World } from '../world.ts'

/** What is to be removed. */
export interface CleanOptions extends CommonOptions {
  readonly all?: boolean
  readonly task?: readonly string[]
  readonly superseded?: boolean
  readonly leftovers?: boolean
  readonly yes?: boolean
  readonly wait?: boolean
}

/** Lists what would go, asks, and removes it. */
export async function cleanVerb(
  paths: readonly string[],
  options: CleanOptions,
  world: World,
): Promise<number> {
  const { database, scans: ids, absent } = await chooseScans(paths, undefined, world.cwd)
  await using db = await FSDB.open(database)
  const scans: Scan[] = []
  for (const id of [...ids, ...absent]) scans.push(await db.getScan(id))
  const found: Found[] = []
  for (const scan of scans) found.push(await look(scan, options))
  const going = found.filter(({ filesets, leftovers }) => filesets.length + leftovers > 0)
  if (going.length === 0) {
    world.stdout.write('there is nothing to remove\n')
    return exitCodes.complete
  }
  world.stdout.write(listing(going, options, world))
  if (!(await isAgreed(options, world))) {
    world.stdout.write('nothing was removed\n')
    return exitCodes.complete
  }
  await db.connect({ wait: options.wait ?? false })
  for (const { scan, filesets } of going) {
    for (const { id } of filesets) await scan.deleteFileset(id)
    if (isForLeftovers(options)) await scan.clean({ drafts: true, retired: true })
  }
  return exitCodes.complete
}

interface Found {
  readonly scan: Scan
  readonly filesets: readonly MadeByTask[]
  /** Unfinished drafts and retired filesets. */
  readonly leftovers: number
}

const isForLeftovers = ({ leftovers, task, superseded }: CleanOptions): boolean =>
  leftovers === true || (task === undefined && !superseded)

async function look(scan: Scan, options: CleanOptions): Promise<Found> {
  const onlyLeftovers = options.leftovers === true && !options.all
  const made = onlyLeftovers ? [] : await madeBy(scan)
  const leftovers = isForLeftovers(options)
    ? (await scan.drafts()).length + (await scan.retired()).length
    : 0
  const which = { tasks: options.task ?? [], superseded: options.superseded ?? false }
  return { scan, filesets: removable(made, which), leftovers }
}

/** The filesets that bear a record of ours: made by a task, so that it can make them again. */
async function madeBy(scan: Scan): Promise<MadeByTask[]> {
  return [...(await scan.filesetsMetadata())].flatMap(([id, metadata]) => {
    const record = recordIn(metadata)
    const task = metadata.task_name
    if (record === undefined || typeof task !== 'string') return []
    return [{ id, task, bytes: record.made.bytes }]
  })
}

function listing(going: readonly Found[], options: CleanOptions, world: World): string {
  const style = styleFor(world.stdout, options.color ?? 'auto', world.env)
  const lines = going.flatMap(({ scan, filesets, leftovers }) => [
    style.bold(scan.id),
    ...table(
      filesets.map(({ id, bytes }) => [id, style.dim(size(bytes))]),
      '  ',
    ),
    ...(leftovers > 0 ? [style.dim(`  ${count(leftovers, 'leftover')} of earlier runs`)] : []),
  ])
  const all = going.flatMap(({ filesets }) => filesets)
  const bytes = all.reduce((sum, fileset) => sum + fileset.bytes, 0)
  return `${[...lines, `${count(all.length, 'fileset')}, ${size(bytes)}`].join('\n')}\n`
}

async function isAgreed(options: CleanOptions, world: World): Promise<boolean> {
  if (options.yes) return true
  if (world.ask === undefined) {
    throw new RomiError(
      'cli/nobody-to-ask',
      'nobody is there to be asked: add --yes to remove these',
    )
  }
  const answer = await world.ask('remove them? [y/N] ')
  return /^\s*y(es)?\s*$/i.test(answer)
}
