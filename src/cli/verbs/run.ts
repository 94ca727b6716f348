// romi-run run: plans and carries out a pipeline.
import { checkHasSteps } from '../../run/run.ts'
import { exitCodes } from '../../run/exit-codes.ts'
import { checkDrop, checkForced } from '../../survey/plan-scans.ts'
import { carryOut, sumUp, type RunOptions } from '../carry-out.ts'
import { chosenScans } from '../chosen-scans.ts'
import type { CliContext } from '../cli-context.ts'
import { watchInterrupts } from '../interrupts.ts'
import { openPipeline } from '../pipeline.ts'

/** Runs the pipeline on the scans, and sums up. */
export async function runVerb(
  file: string,
  args: readonly string[],
  options: RunOptions,
  context: CliContext,
): Promise<number> {
  if (options.dryRun) return (await import('./plan.ts')).planVerb(file, args, options, context)
  const opened = await openPipeline(file, options, context, 'brief')
  if (opened === undefined) return exitCodes.wrongPipeline
  checkHasSteps(opened.pipeline)
  checkForced(options.force ?? [], opened.pipeline)
  checkDrop(options)
  const chosen = await chosenScans(args, opened.pipeline, context)
  const wishes = watchInterrupts(context)
  try {
    const result = await carryOut(opened, chosen, options, wishes, context)
    if (!options.json) await sumUp(result, opened.pipeline, chosen.database, options, context)
    return result.code
  } finally {
    wishes.close()
  }
}
