// romi-run init: a database, with a commented pipeline to start from.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FSDB } from '../../fsdb/fsdb.ts'
import { shortPath } from '../report/diagnostics.ts'
import type { CommonOptions, CliContext } from '../cli-context.ts'
import { pathFrom } from '../../base/path.ts'
import { shellWord } from '../../base/shell.ts'

/** Makes the database `folder` (default: `db`) and `pipeline.toml` in it; keeps what is there. */
export async function initVerb(
  folder: string | undefined,
  options: CommonOptions,
  context: CliContext,
): Promise<number> {
  const database = pathFrom(context.cwd, folder ?? 'db')
  const pipeline = join(database, 'pipeline.toml')
  const near = (path: string) => shortPath(path, context.cwd)
  const hasDatabase = FSDB.isDatabase(database)
  if (!hasDatabase) await FSDB.create(database)
  const hasPipeline = existsSync(pipeline)
  if (!hasPipeline) await writeFile(pipeline, starter, { flag: 'wx' })
  if (options.quiet) return 0
  context.stdout.write(`${hasDatabase ? 'kept' : 'made'} the database ${near(database)}
${hasPipeline ? 'kept' : 'made'} the pipeline ${near(pipeline)}

Next:
  romi-run import photos/ ${shellWord(near(join(database, 'plant_01')))}
  romi-run ${shellWord(near(pipeline))}
`)
  return 0
}

const starter = `# From photographs of a plant to measurements of it.
#
# Each table is a step and is named after its task; the keys in it are the task's parameters, and
# upstream_… names the step that it reads. What is left out has its default:
#     romi-run tasks            lists the tasks
#     romi-run tasks Masks      tells all about one
#     romi-run plan pipeline.toml     says what would run, and why
#     romi-run pipeline.toml          does it; after a change, only what the change touches

[romi]
# scans = ["plant_*"]       # default: every scan of the database that this file lies in
# targets = ["Masks"]       # default: every step that no other reads
# jobs = 4                  # default: as many as this machine has threads
# modules = ["./my-tasks/*.ts"]     # tasks of your own: romi-run new task LeafMask
# unit = "mm"               # of all lengths

# Which pixels are plant?
[Masks]
upstream_task = "ImagesFilesetExists"   # the photographs as they are
type = "excess_green"
threshold = 0.2
# query = { channel = "rgb" }           # only the files whose metadata says so
`
