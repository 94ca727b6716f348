// romi-run plan: what would run and why; nothing is written but the cache of digests.
import { exitCodes } from '../../run/exit-codes.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { isOfUnknownLength, planJson, planLines } from '../report/plan.ts'
import { doubtsOf } from '../../survey/checks.ts'
import { styleFor } from '../report/style.ts'
import { chosenScans } from '../chosen-scans.ts'
import { checkDrop, checkForced, planScans, type ScanPlan } from '../../survey/plan-scans.ts'
import { printLines } from '../report/wrap.ts'
import type { CliContext } from '../cli-context.ts'

/** Prints the plan of each scan; one whose steps stand as those of the last that was told, in a line. */
export async function planVerb(
  file: string,
  args: readonly string[],
  options: PipelineOptions & {
    readonly force?: readonly string[]
    readonly dropEdits?: boolean
    readonly strict?: boolean
  },
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, options, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { pipeline, library } = opened
  const forced = options.force ?? []
  checkForced(forced, pipeline)
  checkDrop(options)
  const chosen = await chosenScans(args, pipeline, context)
  const style = styleFor(context.stdout, options.color ?? 'auto', context.env)
  let code: number = exitCodes.complete
  let told = { scan: '', steps: '' }
  let isTimed = true
  for await (const surveyed of planScans(pipeline, library, chosen, forced, options.dropEdits)) {
    code = Math.max(code, planExitCode(surveyed, options.strict ?? false))
    if (options.json) {
      context.stdout.write(`${JSON.stringify(planJson(surveyed, pipeline.notLoaded))}\n`)
      continue
    }
    if (isOfUnknownLength(surveyed)) isTimed = false
    const [head, ...lines] = planLines(surveyed, pipeline.file, style, options.verbose ?? false)
    const steps = lines.join('\n')
    const isAsTold = steps !== '' && steps === told.steps
    const news = isAsTold ? [`${head}; as ${told.scan}`] : [head, ...lines]
    printLines(news, context.stdout, context)
    if (!isAsTold) told = { scan: surveyed.scan, steps }
  }
  if (!isTimed)
    printLines(
      [style.dim('how long it takes cannot be told yet: a first run shows it')],
      context.stdout,
      context,
    )
  if (!options.json)
    for (const name of pipeline.notLoaded) context.stdout.write(`? ${name}  module not loaded\n`)
  return code
}

/** A plan that cannot be carried out lacks data. */
function planExitCode(surveyed: ScanPlan, strict: boolean): number {
  if (surveyed.is === 'broken') return exitCodes.missingData
  const isShort = surveyed.steps.some(
    ({ decision }) => decision.do === 'stop' && decision.cause === 'missing',
  )
  if (isShort) return exitCodes.missingData
  const isInDoubt = surveyed.steps.some((planned) => doubtsOf(planned).length > 0)
  return strict && isInDoubt ? exitCodes.limitBroken : exitCodes.complete
}
