// romi-run results: what was found, where it lies, and its picture.
import { join } from 'node:path'
import { asError, RomiError } from '../../base/errors.ts'
import { wantedResults } from '../../plan/truth.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { placed, resultLines, type Result, type ToldResult } from '../report/results.ts'
import { styleFor } from '../report/style.ts'
import { printLines } from '../report/wrap.ts'
import { chosenScans } from '../chosen-scans.ts'
import { planScans, type ScanPlan } from '../../survey/plan-scans.ts'
import type { CliContext } from '../cli-context.ts'

/** What may be said of results. */
export interface ResultsOptions extends PipelineOptions {
  /** Shows the picture, too. */
  readonly open?: boolean
}

/** Prints the results that the pipeline asks for; what is not complete is told, and made by no one. */
export async function resultsVerb(
  file: string,
  args: readonly string[],
  options: ResultsOptions,
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, { ...options, quiet: true }, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { pipeline, library } = opened
  const wanted = wantedResults(pipeline)
  const chosen = await chosenScans(args, pipeline, context)
  const all: ToldResult[] = []
  let isShort = false
  for await (const surveyed of planScans(pipeline, library, chosen)) {
    const { found, lacking } = resultsIn(surveyed, wanted)
    const told = await Promise.all(
      found.map((result) => placed(result, chosen.database, context.cwd)),
    )
    all.push(...told)
    isShort ||= lacking.length > 0
    if (options.json)
      for (const result of [...told, ...lacking])
        context.stdout.write(`${JSON.stringify(result)}\n`)
    else for (const { scan, why } of lacking) context.stderr.write(`${scan} is left out: ${why}\n`)
  }
  if (!options.json) {
    const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
    const manyScans = chosen.scans.length + chosen.absent.length > 1
    printLines(resultLines(all, manyScans, style, Infinity), context.stdout, context)
  }
  if (options.open) await openPicture(all, chosen.database, context)
  return isShort ? exitCodes.missingData : exitCodes.complete
}

interface Lacking {
  readonly scan: string
  readonly step?: string
  readonly why: string
}

function resultsIn(
  surveyed: ScanPlan,
  wanted: readonly string[],
): { readonly found: readonly Result[]; readonly lacking: readonly Lacking[] } {
  const { scan } = surveyed
  if (surveyed.is === 'broken') return { found: [], lacking: [{ scan, why: surveyed.message }] }
  const found: Result[] = []
  const lacking: Lacking[] = []
  for (const { step, decision } of surveyed.steps) {
    if (!wanted.includes(step.name)) continue
    if (decision.do === 'reuse') {
      const { fileset, said } = decision
      if (fileset === undefined) continue
      found.push({ scan, step: step.name, fileset, ...(said !== undefined && { said }) })
    } else if (decision.do !== 'stop')
      lacking.push({
        scan,
        step: step.name,
        why: `${step.name} is not complete: run the pipeline first`,
      })
    else if (decision.cause !== 'passed-over')
      lacking.push({ scan, step: step.name, why: decision.why })
  }
  return { found, lacking }
}

const isToLookAt = (name: string): boolean => /\.(?:svg|png)$/.test(name)

/** Shows the first picture; of several scans nobody wants all at once. */
async function openPicture(
  results: readonly ToldResult[],
  database: string,
  { open, stderr }: CliContext,
): Promise<void> {
  const scans = new Set(results.map(({ scan }) => scan))
  if (scans.size > 1)
    throw new RomiError('cli/bad-option', `--open shows one scan: name one of ${scans.size}`)
  const result = results.find(({ files }) => files.some(isToLookAt))
  const picture = result?.files.find(isToLookAt)
  if (result === undefined || picture === undefined) {
    stderr.write('no picture to open: none of the results holds one\n')
    return
  }
  const path = join(database, result.scan, result.fileset, picture)
  try {
    await open(path)
  } catch (error) {
    stderr.write(`the picture cannot be shown here (${asError(error).message}): look at ${path}\n`)
  }
}
