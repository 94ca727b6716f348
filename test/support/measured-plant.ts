// The virtual plant, small, photographed and measured: what the page is looked at with.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Desk, realTasks } from './command-line.ts'

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
  const printed = await desk.romi(['run', file, '--executor', 'inline'], realTasks)
  if (printed.code !== 0) throw new Error(printed.err)
  return { desk, pipeline, scan: join(desk.folder, 'romi-demo', 'virtual_plant') }
}
