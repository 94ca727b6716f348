// romi-run table: what a step found on many scans, as one CSV for R, pandas or a spreadsheet.
import { RomiError } from '../../base/errors.ts'
import { parseJson } from '../../base/json.ts'
import { some } from '../../base/some.ts'
import { parseTextTable, TableFault, tableText } from '../../base/text-table.ts'
import type { File } from '../../fsdb/file.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Fileset } from '../../fsdb/fileset.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import {
  csvOf,
  joinedTable,
  tableOfJson,
  withCell,
  type ScanTable,
  type JoinedTable,
} from '../joined-table.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { checksCell } from '../report/checks.ts'
import { chosenScans } from '../chosen-scans.ts'
import { askedFor, planScans, type ScanPlan } from '../../survey/plan-scans.ts'
import { ScanColumns } from '../scan-columns.ts'
import type { CliContext } from '../cli-context.ts'

/** What may be said of a table. */
export interface TableVerbOptions extends PipelineOptions {
  readonly raw?: boolean
  /** Keys of the scan's metadata that become columns, dots between those of maps in maps. */
  readonly with?: readonly string[]
}

/** Prints the table of `step`; a scan on which it is not complete is left out, and that is told. */
export async function tableVerb(
  step: string,
  file: string,
  args: readonly string[],
  options: TableVerbOptions,
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, { ...options, quiet: true }, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  if (opened.pipeline.notLoaded.includes(step))
    throw new RomiError(
      'cli/no-table',
      `there is no table of ${step}: module not loaded. Leave --no-modules out if you trust the file`,
    )
  const pipeline = askedFor(step, opened.pipeline)
  const chosen = await chosenScans(args, pipeline, context)
  const db = await FSDB.open(chosen.database)
  const parts: ScanTable[] = []
  const ofScan = new ScanColumns(options.with ?? [])
  const hasChecks = [...pipeline.steps.values()].some(({ checks }) => checks !== undefined)
  let hasMissingScans = false
  for await (const surveyed of planScans(pipeline, opened.library, chosen)) {
    const { scan } = surveyed
    const found = completeIn(surveyed, step)
    if (found.is === 'complete') {
      const here = await db.getScan(scan)
      const fileset = await here.getFileset(found.fileset)
      const { file, table, damage } = await tableOfFileset(fileset, found.edited)
      if (damage !== undefined) {
        hasMissingScans = true
        context.stderr.write(
          `${scan} is left out: ${file.path} ${damage}: delete it and run the pipeline again\n`,
        )
        continue
      }
      if (found.edited.includes(file.id)) {
        context.stderr.write(`✎ ${scan}: ${file.path} was changed since ${step} made it\n`)
      }
      const told = hasChecks ? withCell(table, 'checks', found.checks) : table
      parts.push({ scan, table: ofScan.before(told, await here.getMetadata()) })
    } else {
      hasMissingScans = true
      context.stderr.write(`${scan} is left out: ${found.why}\n`)
    }
  }
  const out = options.raw ? (context.stdout.asIs ?? context.stdout) : context.stdout
  if (parts.length > 0) {
    for (const doubt of ofScan.doubts()) context.stderr.write(`${doubt}\n`)
    out.write(csvOf(joinedTable(parts), options.raw))
  }
  return hasMissingScans ? exitCodes.missingData : exitCodes.complete
}

type TableSource =
  | {
      readonly is: 'complete'
      readonly fileset: string
      readonly edited: readonly string[]
      readonly checks: string
    }
  | { readonly is: 'lacking'; readonly why: string }

function completeIn(surveyed: ScanPlan, step: string): TableSource {
  if (surveyed.is === 'broken') return { is: 'lacking', why: surveyed.message }
  const decision = surveyed.steps.find((planned) => planned.step.name === step)?.decision
  if (decision?.do === 'reuse' && decision.fileset !== undefined)
    return {
      is: 'complete',
      fileset: decision.fileset,
      edited: decision.edited,
      checks: checksCell(surveyed.steps),
    }
  if (decision?.do === 'stop') return { is: 'lacking', why: decision.why }
  return { is: 'lacking', why: `${step} is not complete: run the pipeline first` }
}

/** A table, and the file that holds it. */
interface TableFile {
  readonly file: File
  readonly table: JoinedTable
  /** Why it cannot be believed. */
  readonly damage?: string
}

/**
 * The one CSV of a fileset, else its one JSON.
 * @param edited ids of files that are not as their step wrote them
 */
async function tableOfFileset(fileset: Fileset, edited: readonly string[]): Promise<TableFile> {
  const files = await fileset.getFiles()
  const ending = (extension: string) =>
    files.filter(({ filename }) => filename.endsWith(`.${extension}`))
  const [tables, values] = [ending('csv'), ending('json')]
  const doubted = ({ id }: File, whyNot: WhyNot): WhyNot =>
    edited.includes(id) ? whyNot : () => undefined
  if (tables.length === 1) return understood(tables[0], tableOfCsv, doubted(tables[0], whyCut))
  if (tables.length === 0 && values.length === 1)
    return understood(
      values[0],
      (text) => tableOfJson(parseJson(text)),
      doubted(values[0], whyNoTable),
    )
  const names = some(files.map(({ filename }) => filename))
  throw new RomiError(
    'cli/no-table',
    `${fileset.id} has neither one CSV nor one JSON: it holds ${names}`,
  )
}

function tableOfCsv(text: string): JoinedTable {
  const { first, rows } = parseTextTable(text)
  return { columns: first.cells, rows: rows.map(({ cells }) => cells) }
}

/** Why a file that is not as its step wrote it cannot be believed, though it can be read. */
type WhyNot = (table: JoinedTable, text: string) => string | undefined

const whyNoTable: WhyNot = ({ columns }) => (columns.length === 0 ? 'is empty' : undefined)

/** Why a CSV that is not as its step wrote it cannot be believed; a whole one ends its last line. */
function whyCut(table: JoinedTable, text: string): string | undefined {
  const { columns, rows } = table
  if (columns.length === 0) return whyNoTable(table, text)
  if (rows.some((row) => row.length !== columns.length)) return 'has rows of other lengths'
  return text.endsWith('\n') ? undefined : 'ends in the middle of a line'
}

/** One damaged table is left out, and keeps nobody from those of the other scans. */
async function understood(
  file: File,
  parsed: (text: string) => JoinedTable,
  whyNot: WhyNot,
): Promise<TableFile> {
  try {
    const text = tableText(await file.read())
    const table = parsed(text)
    const damage = whyNot(table, text)
    return { file, table, ...(damage !== undefined && { damage }) }
  } catch (error) {
    if (!(error instanceof TableFault) && !(error instanceof SyntaxError)) throw error
    return { file, table: { columns: [], rows: [] }, damage: `is damaged (${error.message})` }
  }
}
