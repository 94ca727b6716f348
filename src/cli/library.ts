// The tasks that a verb speaks of: the built-in ones, with those of a pipeline's modules.
import { loadLibraryOf } from '../pipeline/load.ts'
import { exitCodes } from '../run/exit-code.ts'
import type { Library } from '../task/library.ts'
import { loadLibrary } from '../task/modules.ts'
import { diagnosticLines } from './report/diagnostics.ts'
import { styleFor } from './report/style.ts'
import type { CommonOptions, CliContext } from './cli-context.ts'

/**
 * Loads the library; modules that are wrong are told of, and the others used.
 * @param file a pipeline whose modules count, absolute
 */
export async function libraryFor(
  file: string | undefined,
  options: CommonOptions & { readonly modules?: boolean },
  context: CliContext,
): Promise<{ readonly library: Library; readonly code: number }> {
  if (file === undefined) {
    return { library: await loadLibrary({ ...context.origin, modules: [] }), code: 0 }
  }
  const { library, diagnostics } = await loadLibraryOf(
    file,
    context.origin,
    options.modules === false ? { modules: 'left' } : {},
  )
  const style = styleFor(context.stderr, options.color ?? 'auto', context.env)
  for (const line of diagnosticLines(diagnostics, context.cwd, style)) {
    context.stderr.write(`${line}\n`)
  }
  return { library, code: diagnostics.length === 0 ? 0 : exitCodes.wrongPipeline }
}
