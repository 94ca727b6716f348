// The virtual plant, small, photographed and measured: what the page is looked at with.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sourceAt } from '../../src/web/served.ts'
import { startServer, type Running } from '../../src/web/server.ts'
import { Desk, realTasks, type Printed } from './command-line.ts'
import { programFromSources } from './serving.ts'

const file = 'pipelines/virtual-plant.toml'

/** Lines of the file, and what stands there instead. */
const smallPlant: readonly (readonly [RegExp, string])[] = [
  [/^targets = .*$/m, 'targets = ["AnglesAndInternodes"]'],
  [/^organs = \d+/m, 'organs = 8\nflowers = 0'],
  [/^n_points = \d+/m, 'n_points = 16\nsamples = 2'],
  [/^width = \d+/m, 'width = 480'],
  [/^height = \d+/m, 'height = 480'],
  [/^voxel_size = [\d.]+/m, 'voxel_size = 0.8'],
]

/** Where it lies. */
export interface MeasuredPlant {
  readonly desk: Desk
  /** Absolute; beside it lies the database `romi-demo` with the scan `virtual_plant`. */
  readonly pipeline: string
  /** Absolute. */
  readonly scan: string
}

export async function measuredPlant(): Promise<MeasuredPlant> {
  const desk = await Desk.make()
  await mkdir(join(desk.folder, 'pipelines'))
  const pipeline = join(desk.folder, file)
  const usual = await readFile(join(import.meta.dirname, '..', '..', file), 'utf8')
  const text = smallPlant.reduce((now, [line, instead]) => now.replace(line, instead), usual)
  await writeFile(pipeline, text)
  const plant = { desk, pipeline, scan: join(desk.folder, 'romi-demo', 'virtual_plant') }
  await measure(plant)
  return plant
}

/** Runs its pipeline. @param flags such as `--set=Masks.threshold=0.3` @throws Error if it fails */
export async function measure(
  { desk }: Pick<MeasuredPlant, 'desk'>,
  ...flags: readonly string[]
): Promise<Printed> {
  const printed = await desk.romi(['run', file, '--executor', 'inline', ...flags], realTasks)
  if (printed.code !== 0) throw new Error(printed.err)
  return printed
}

/** A copy with a server through which it may be changed. */
export interface ServedPlant extends MeasuredPlant, AsyncDisposable {
  readonly server: Running
}

/** @param change of the text of the pipeline */
export async function servedCopy(
  { desk: { folder } }: MeasuredPlant,
  change: (pipeline: string) => string = (text) => text,
): Promise<ServedPlant> {
  const desk = await Desk.make()
  await cp(folder, desk.folder, { recursive: true })
  const pipeline = join(desk.folder, file)
  await writeFile(pipeline, change(await readFile(pipeline, 'utf8')))
  const server = await startServer({
    source: await sourceAt(pipeline, realTasks.origin!, false),
    host: '127.0.0.1',
    port: 0,
    mayEdit: true,
    allowedOrigins: [],
    program: programFromSources,
  })
  return {
    desk,
    pipeline,
    scan: join(desk.folder, 'romi-demo', 'virtual_plant'),
    server,
    async [Symbol.asyncDispose]() {
      await server.close()
      await desk[Symbol.asyncDispose]()
    },
  }
}
