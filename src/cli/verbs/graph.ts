// romi-run graph: the pipeline as Mermaid or DOT, coloured by what would be done on a scan.
import { exitCodes } from '../../run/exit-codes.ts'
import { openPipeline, type PipelineOptions } from '../pipeline.ts'
import { dotGraph, mermaid, type Decisions } from '../report/graph.ts'
import { chosenScans } from '../chosen-scans.ts'
import { planScans } from '../../survey/plan-scans.ts'
import type { CliContext } from '../cli-context.ts'

/** Prints the picture; with scans named, the first one gives the colours. */
export async function graphVerb(
  file: string,
  args: readonly string[],
  options: PipelineOptions & { readonly format?: 'mermaid' | 'dot' },
  context: CliContext,
): Promise<number> {
  const opened = await openPipeline(file, { ...options, quiet: true }, context)
  if (opened === undefined) return exitCodes.wrongPipeline
  const { pipeline, library } = opened
  let decisions: Decisions = new Map()
  if (args.length > 0) {
    const chosen = await chosenScans(args, pipeline, context)
    for await (const surveyed of planScans(pipeline, library, chosen)) {
      if (surveyed.is !== 'planned') continue
      decisions = new Map(surveyed.steps.map(({ step, decision }) => [step.name, decision]))
      break
    }
  }
  const draw = options.format === 'dot' ? dotGraph : mermaid
  context.stdout.write(`${draw(pipeline, decisions)}\n`)
  return exitCodes.complete
}
