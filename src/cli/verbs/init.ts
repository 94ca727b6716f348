// romi-run init: a database, and a commented pipeline to start from.
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { FSDB } from '../../fsdb/fsdb.ts'
import { shortPath } from '../report/diagnostics.ts'
import type { CommonOptions, World } from '../world.ts'

/** Makes `folder` (default: this one) with `pipeline.toml` and the database `db`; keeps what is there. */
export async function initVerb(
  folder: string | undefined,
  options: CommonOptions,
  world: World,
): Promise<number> {
  const home = resolve(world.cwd, folder ?? '.')
  const say = (what: string, path: string) => {
    if (!options.quiet) world.stdout.write(`${what} ${shortPath(path, world.cwd)}\n`)
  }
  await mkdir(home, { recursive: true })
  const database = join(home, 'db')
  if (existsSync(join(database, 'romidb'))) say('kept', database)
  else {
    await FSDB.create(database)
    say('made', database)
  }
  const pipeline = join(home, 'pipeline.toml')
  if (existsSync(pipeline)) say('kept', pipeline)
  else {
    await writeFile(pipeline, starter, { flag: 'wx' })
    say('made', pipeline)
  }
  if (!options.quiet) {
    const at = (path: string) => shortPath(path, world.cwd)
    world.stdout.write(
      `Next: romi-run import PHOTOS ${at(join(database, 'plant_01'))}\n` +
        `then: romi-run ${at(pipeline)}\n`,
    )
  }
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
database = "db"             # from the folder of this file
# scans = ["plant_*"]       # default: every scan of the database
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
