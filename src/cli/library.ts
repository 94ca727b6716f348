// The tasks that a verb speaks of: the built-in ones, with those of a pipeline's modules.
import { loadLibraryOf, loadPipeline } from '../pipeline/load.ts'
import { exitCodes } from '../run/exit-codes.ts'
import type { Library } from '../task/library.ts'
import { loadLibrary } from '../task/modules.ts'
import { diagnosticLines } from './report/diagnostics.ts'
import { styleFor } from './report/style.ts'
import type { CommonOptions, CliContext } from './cli-context.ts'

/** The tasks there are. */
interface LibrarySource {
  readonly library: Library
  /** What the pipeline names that may stand in its modules, which were left alone. */
  readonly notLoaded: readonly string[]
  readonly code: number
}

/**
 * Loads the library; modules that are wrong are told of, and the others used.
 * @param file a pipeline whose modules count, absolute
 */
export async function libraryFor(
  file: string | undefined,
  options: CommonOptions & { readonly modules?: boolean },
  context: CliContext,
): Promise<LibrarySource> {
  if (file === undefined) {
    const library = await loadLibrary({ ...context.origin, modules: [] })
    return { library, notLoaded: [], code: exitCodes.complete }
  }
  const isLeft = options.modules === false
  const { library, diagnostics } = await loadLibraryOf(
    file,
    context.origin,
    isLeft ? { modules: 'left' } : {},
  )
  const left = isLeft ? await leftAlone(file, context) : []
  const style = styleFor(context.stderr, options.color ?? 'auto', context.env)
  for (const line of diagnosticLines(diagnostics, context.cwd, style)) {
    context.stderr.write(`${line}\n`)
  }
  for (const name of left) context.stderr.write(`${name}: module not loaded\n`)
  return {
    library,
    notLoaded: left,
    code: diagnostics.length === 0 ? exitCodes.complete : exitCodes.wrongPipeline,
  }
}

/** What a pipeline whose modules are left alone names of them, whatever else is wrong with it. */
async function leftAlone(file: string, context: CliContext): Promise<readonly string[]> {
  const parsed = await loadPipeline(file, context.origin, { modules: 'left' })
  if (parsed.is === 'ok') return parsed.pipeline.notLoaded
  return parsed.diagnostics.flatMap(({ code, key }) =>
    code === 'pipeline/not-loaded' && key !== undefined ? [key] : [],
  )
}
