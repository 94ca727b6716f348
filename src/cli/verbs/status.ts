// romi-run status: where each step of each scan stands.
import { doubtsIn } from '../../plan/checks.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { FSDB } from '../../fsdb/fsdb.ts'
import { atWorkLines } from '../../survey/at-work.ts'
import { lastFailures } from '../../survey/last-failures.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { statusJson, statusOf, type StatusRow } from '../../survey/status.ts'
import { statusLines } from '../report/status.ts'
import { styleFor } from '../report/style.ts'
import { printLines } from '../report/wrap.ts'
import { runsAtWork } from '../../survey/past-runs.ts'
import { chosenScans } from '../chosen-scans.ts'
import { planScans } from '../../survey/plan-scans.ts'
import type { CliContext } from '../cli-context.ts'

/** Prints the table of scans and steps. */
export async function statusVerb(
  file: string,
  args: readonly string[],
  options: PipelineOptions & { readonly strict?: boolean },
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, { ...options, quiet: true }, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { pipeline, library } = opened
  const chosen = await chosenScans(args, pipeline, context)
  const failures = lastFailures(chosen.database)
  const rows: StatusRow[] = []
  for await (const surveyed of planScans(pipeline, library, chosen)) {
    const row = statusOf(surveyed, failures, pipeline.notLoaded)
    if (options.json) context.stdout.write(`${JSON.stringify(statusJson(row))}\n`)
    rows.push(row)
  }
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  if (!options.json) {
    const { table, notes } = statusLines(rows, style)
    // a row of a table in pieces is no row
    for (const line of table) context.stdout.write(`${line}\n`)
    printLines(notes, context.stdout, context)
    printLines(atWorkLines(runsAtWork(new FSDB(chosen.database))), context.stdout, context)
  }
  const isShort = rows.some((row) => row.broken !== undefined)
  if (isShort) return exitCodes.missingData
  const isInDoubt = rows.some(({ checks }) => doubtsIn([...checks.values()].flat()).length > 0)
  return options.strict && isInDoubt ? exitCodes.limitBroken : exitCodes.complete
}
