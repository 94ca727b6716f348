// romi-run status: where each step of each scan stands.
import { exitCodes } from '../../run/exit-code.ts'
import { lastFailures } from '../last-failures.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { statusJson, statusLines, statusOf, type StatusRow } from '../report/status.ts'
import { styleFor } from '../report/style.ts'
import { chooseScans } from '../scans.ts'
import { survey } from '../survey.ts'
import type { World } from '../world.ts'

/** Prints the table of scans and steps. */
export async function statusVerb(
  file: string,
  args: readonly string[],
  options: PipelineOptions,
  world: World,
): Promise<number> {
  const opened = await openPipeline(file, { ...options, quiet: true }, world)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { pipeline, library } = opened
  const chosen = await chooseScans(args, pipeline, world.cwd)
  const failures = lastFailures(chosen.database)
  const rows: StatusRow[] = []
  for await (const surveyed of survey(pipeline, library, chosen)) {
    const row = statusOf(surveyed, failures)
    if (options.json) world.stdout.write(`${JSON.stringify(statusJson(row))}\n`)
    rows.push(row)
  }
  const style = styleFor(world.stdout, options.color ?? 'auto', world.env)
  if (!options.json) for (const line of statusLines(rows, style)) world.stdout.write(`${line}\n`)
  const isShort = rows.some((row) => row.broken !== undefined)
  return isShort ? exitCodes.missingData : exitCodes.complete
}
