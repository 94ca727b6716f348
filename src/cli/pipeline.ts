// What most verbs begin with: a pipeline without mistakes, and the scans that it is for.
import { loadPipeline } from '../pipeline/load.ts'
import type { Diagnostic } from '../pipeline/diagnostic.ts'
import type { Pipeline } from '../pipeline/pipeline.ts'
import type { Library } from '../task/library.ts'
import type { LibraryOrigin } from '../task/modules.ts'
import { diagnosticLines, mistakesLine } from './report/diagnostics.ts'
import { styleFor } from './report/style.ts'
import { printLines } from './report/wrap.ts'
import type { CommonOptions, CliContext } from './cli-context.ts'
import { pathFrom } from '../base/path.ts'

/** What may be changed in a pipeline from the command line. */
export interface PipelineOptions extends CommonOptions {
  readonly target?: readonly string[]
  readonly set?: readonly string[]
  /** False: the code of the pipeline's modules is not run. */
  readonly modules?: boolean
}

/** A pipeline that is understood, and where its tasks come from. */
export interface Opened {
  readonly pipeline: Pipeline
  /** All the tasks there are, not only those of the pipeline. */
  readonly library: Library
  readonly origin: LibraryOrigin
}

/** More notes than this are counted, not told, where they would hide what a run says. */
const fewNotes = 3

/** True of a step that is passed over for what it reads: its note is about a slot, not a table. */
const isOfLostStep = ({ code, key = '' }: Diagnostic): boolean =>
  code === 'pipeline/passed-over' && key.includes('.')

/**
 * Reads a pipeline and tells its notes, or its mistakes.
 * @param notes `brief`: many notes are only counted
 * @returns `undefined` if there are mistakes
 */
export async function openPipeline(
  file: string,
  options: PipelineOptions,
  context: CliContext,
  notes: 'all' | 'brief' = 'all',
): Promise<Opened | undefined> {
  const path = pathFrom(context.cwd, file)
  const left = options.modules === false ? ({ modules: 'left' } as const) : {}
  const overrides = { targets: options.target ?? [], sets: options.set ?? [], ...left }
  const parsed = await loadPipeline(path, context.origin, overrides)
  const style = styleFor(context.stderr, options.color ?? 'auto', context.env)
  const say = (lines: readonly string[]) => printLines(lines, context.stderr, context)
  if (parsed.is === 'wrong') {
    say(diagnosticLines(parsed.diagnostics, context.cwd, style))
    say([mistakesLine(parsed.diagnostics, file)])
    return undefined
  }
  const { pipeline, library, origin } = parsed
  const isBrief = notes === 'brief' && !options.verbose && pipeline.notes.length > fewNotes
  // A result that somebody may be waiting for is missed in every case.
  const told = isBrief ? pipeline.notes.filter(isOfLostStep) : pipeline.notes
  const untold = pipeline.notes.length - told.length
  if (!options.quiet) {
    say(diagnosticLines(told, context.cwd, style))
    if (untold > 0) say([style.dim(`${untold} notes on ${file}: plan tells them`)])
  }
  return { pipeline, library, origin }
}
