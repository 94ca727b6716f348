// From photographs to points as people run it: whole steps, each with its time and memory.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sharedData } from '../test/support/shared.ts'
import { round, type Bench, type Row } from './bench.ts'
import { program, ranIn, romiRun, secondsOf, type Measured } from './support/program.ts'
import { copiesIn } from './support/published.ts'

type Report = (row: Row) => void

/** What a run should not exceed: seconds of a step or of the whole command, MB of memory. */
interface Aims {
  readonly seconds?: number
  readonly memory?: number
}

const masksOf = (threshold: number) => `
[Masks]
upstream_task = "ImagesFilesetExists"
query = { channel = "rgb" }
type = "linear"
parameters = [0, 1, 0]
threshold = ${threshold}
dilation = 1
`

/** @param settings of Voxels beside its cameras */
const voxels = (settings: string) => `${masksOf(0.3)}
[Voxels]
upstream_mask = "Masks"
upstream_colmap = "Masks"
camera_metadata = "camera"
${settings}
[PointCloud]
`

/** The shortest and the largest of three rounds, each of which must run `step`; without one, all count. */
async function measure(
  what: string,
  step: string | undefined,
  aims: Aims,
  work: () => Promise<Measured>,
  report: Report,
): Promise<void> {
  let [seconds, memory] = [Infinity, 0]
  for (let i = 0; i < 3; i++) {
    const run = await work()
    if (run.code !== 0 || (step !== undefined && !ranIn(run).includes(step)))
      throw new Error(`${what}: the run ended with ${run.code}, steps: ${ranIn(run).join(' ')}`)
    seconds = Math.min(seconds, step === undefined ? run.seconds : secondsOf(run, step))
    memory = Math.max(memory, run.memory)
  }
  report({
    what,
    seconds: round(seconds),
    'aim, s': aims.seconds === undefined ? '' : `≤ ${aims.seconds}`,
    'memory, MB': round(memory),
    'aim, MB': aims.memory === undefined ? '' : `≤ ${aims.memory}`,
  })
}

const bench: Bench = async (report) => {
  if (!sharedData) return report({ skipped: 'the published scans are not at ../shared/data' })
  if (!existsSync(program)) return report({ skipped: 'the program is not built: npm run build' })
  const data = sharedData
  const root = mkdtempSync(join(tmpdir(), 'romi-photographs-'))
  try {
    const [plant, real] = await copiesIn(data, join(root, 'db'), 'virtual_plant', 'real_plant')
    const again = (name: string, pipeline: string, scan: string, step: string) => {
      const toml = join(root, `${name}.toml`)
      writeFileSync(toml, pipeline)
      return () => romiRun(toml, scan, '-t', step, '--force', step)
    }
    const at = (size: number) => voxels(`voxel_size = ${size}`)
    const averaging = voxels('voxel_size = 0.1\ntype = "averaging"')
    const rows: [string, Aims, string, () => Promise<Measured>][] = [
      ['18 × 896²', { seconds: 0.6 }, 'Masks', again('virtual', at(0.1), plant, 'Masks')],
      ['60 × 1440×1080', { seconds: 3 }, 'Masks', again('real', masksOf(0.2), real, 'Masks')],
      ['66.5 · 10⁶', { seconds: 1 }, 'Voxels', again('carve', at(0.1), plant, 'Voxels')],
      [
        'from 66.5 · 10⁶',
        { seconds: 1.5, memory: 600 },
        'PointCloud',
        again('points', at(0.1), plant, 'PointCloud'),
      ],
      [
        '306 · 10⁶',
        { seconds: 3, memory: 706 },
        'Voxels',
        again('fine', at(0.06), plant, 'Voxels'),
      ],
      ['averaging', { seconds: 2 }, 'Voxels', again('average', averaging, plant, 'Voxels')],
    ]
    for (const [what, aims, step, work] of rows)
      await measure(`${step}, ${what}`, step, aims, work, report)

    const pipeline = join(data, 'configs', 'test_geom_pipe_virtual.toml')
    const cold = async () => {
      const fresh = join(root, 'cold')
      rmSync(fresh, { recursive: true, force: true })
      const [scan] = await copiesIn(data, fresh, 'virtual_plant')
      return romiRun(pipeline, scan, '-t', 'PointCloud')
    }
    await measure('all three, one cold command', undefined, { seconds: 4 }, cold, report)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export default bench
