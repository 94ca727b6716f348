// romi-run why: the chain of reasons of a step, or the provenance of a fileset.
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { FSDB } from '../../fsdb/fsdb.ts'
import type { Scan } from '../../fsdb/scan.ts'
import { recordIn, type StepRecord } from '../../plan/facts/record.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { lastFailures } from '../../survey/last-failures.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { planJson } from '../report/plan.ts'
import { styleFor } from '../report/style.ts'
import { printLines } from '../report/wrap.ts'
import { chainLines, provenanceLines } from '../report/why.ts'
import { chosenScans } from '../chosen-scans.ts'
import { askedFor, planScans } from '../../survey/plan-scans.ts'
import type { CliContext } from '../cli-context.ts'
import { pathFrom } from '../../base/path.ts'

/** Prints why `what`, a step of the pipeline or the path of a fileset, is as it is. */
export async function whyVerb(
  what: string,
  file: string | undefined,
  args: readonly string[],
  options: PipelineOptions,
  context: CliContext,
): Promise<number> {
  const path = pathFrom(context.cwd, what)
  const isListed = existsSync(path) && FSDB.isScan(dirname(path))
  if (isListed || what.includes('/')) return whyFileset(path, options, context)
  const opened = await openPipeline(file ?? 'pipeline.toml', { ...options, quiet: true }, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { library } = opened
  if (opened.pipeline.notLoaded.includes(what)) {
    const told = { step: what, notLoaded: true }
    context.stdout.write(`${options.json ? JSON.stringify(told) : `${what}  module not loaded`}\n`)
    return exitCodes.complete
  }
  const pipeline = askedFor(what, opened.pipeline)
  const chosen = await chosenScans(args, pipeline, context)
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  const failures = options.json ? undefined : lastFailures(chosen.database)
  let isShort = false
  for await (const surveyed of planScans(pipeline, library, chosen)) {
    isShort ||= surveyed.is === 'broken'
    if (options.json) context.stdout.write(`${JSON.stringify(planJson(surveyed))}\n`)
    else if (surveyed.is === 'broken')
      context.stdout.write(`${style.bold(surveyed.scan)} ${style.red(surveyed.message)}\n`)
    else {
      const steps = new Map(surveyed.steps.map((planned) => [planned.step.name, planned]))
      const failure = (step: string) => failures?.get(`${surveyed.scan}/${step}`)?.message
      const lines = chainLines(what, steps, pipeline.file, style, failure)
      printLines([style.bold(surveyed.scan), ...lines], context.stdout, context)
    }
  }
  return isShort ? exitCodes.missingData : exitCodes.complete
}

async function whyFileset(
  path: string,
  options: PipelineOptions,
  context: CliContext,
): Promise<number> {
  const folder = dirname(path)
  const db = await FSDB.open(dirname(folder))
  const scan = await db.getScan(basename(folder))
  const fileset = await scan.getFileset(basename(path))
  const metadata = await fileset.getMetadata()
  const record = recordIn(metadata)
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  if (options.json) {
    context.stdout.write(`${JSON.stringify(metadata)}\n`)
    return exitCodes.complete
  }
  const task = typeof metadata.task_name === 'string' ? metadata.task_name : 'unknown'
  const name = await makers(scan)
  const lines =
    record === undefined
      ? [`${style.bold(fileset.id)}  no step of romi-run made it: it is a source`]
      : provenanceLines(fileset.id, task, { record, name }, style)
  printLines(lines, context.stdout, context)
  return exitCodes.complete
}

/** The filesets of a scan by the key that made them. */
async function makers(scan: Scan): Promise<(key: string) => string | undefined> {
  const records = [...(await scan.filesetsMetadata())].flatMap(([id, metadata]) => {
    const record: StepRecord | undefined = recordIn(metadata)
    return record ? [[record.key as string, id as string] as const] : []
  })
  const byKey = new Map(records)
  return (key) => byKey.get(key)
}
