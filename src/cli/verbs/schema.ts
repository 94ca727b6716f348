// romi-run schema: a JSON Schema of pipeline files.
import { pipelineSchema } from '../../pipeline/schema.ts'
import { libraryFor } from '../library.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'
import { pathFrom } from '../../base/path.ts'

/** Prints the schema. */
export async function schemaVerb(
  options: CommonOptions & { readonly pipeline?: string; readonly modules?: boolean },
  context: CliContext,
): Promise<number> {
  const file = options.pipeline && pathFrom(context.cwd, options.pipeline)
  const { library, code } = await libraryFor(file, options, context)
  context.stdout.write(`${JSON.stringify(pipelineSchema(library), undefined, 2)}\n`)
  return code
}
