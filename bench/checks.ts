// What the checks cost: processor time of all that is computed for them alone, against the chain's.
//
// The chain is run by the program, from photographs to angles; then what its tasks compute for checks
// and for nothing else is computed again from what it made, in turns. What a task has at hand anyway,
// such as the organs that it counts, costs nothing and is left out.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FSDB } from '../src/fsdb/fsdb.ts'
import { countBytes } from '../src/geometry/bytes.ts'
import { asMeasured } from '../src/geometry/romi-lens.ts'
import type { Intrinsics } from '../src/geometry/camera.ts'
import { maskExtent } from '../src/geometry/mask-extent.ts'
import { silhouetteLost } from '../src/geometry/silhouettes/lost.ts'
import { stalkWidth } from '../src/geometry/stalk-width.ts'
import { threadShare } from '../src/geometry/thread-share.ts'
import { sidesCrossed } from '../src/geometry/voxels/sides.ts'
import type { Volume } from '../src/geometry/voxels/grid.ts'
import { sumsOf } from '../src/geometry/voxels/mask-sums.ts'
import type { View } from '../src/geometry/voxels/views.ts'
import { readMask } from '../src/io/index.ts'
import { unlimited } from '../src/plan/facts/readable.ts'
import { voxelGrid } from '../tasks/artifacts/voxel-grid.ts'
import { boxInView } from '../tasks/voxels/box-in-view.ts'
import { greyness } from '../tasks/voxels/grey-masks.ts'
import { isWrongMask } from '../tasks/voxels/wrong-masks.ts'
import { addPublished } from '../test/support/published-scan.ts'
import { sharedData } from '../test/support/shared.ts'
import { round, type Bench, type Row } from './bench.ts'
import { filesetOf, romiRun } from './support/program.ts'

type Report = (row: Row) => void
const rounds = 3
const steps = [
  'Masks',
  'Voxels',
  'PointCloud',
  'TriangleMesh',
  'CurveSkeleton',
  'TreeGraph',
  'AnglesAndInternodes',
]
const forced = steps.flatMap((step) => ['--force', step])

/** What a chain made, of which checks tell. */
interface Made {
  readonly views: readonly (View & { readonly file: { readonly filename: string } })[]
  readonly volume: Volume<Int8Array>
}

/** The checks that compute something of their own. */
const computed: Readonly<Record<string, (made: Made) => unknown>> = {
  'stalk_width, thread_share, plant_share, edge_share': ({ views }) =>
    views.map(({ mask }) => [stalkWidth(mask), threadShare(mask), maskExtent(mask)]),
  'silhouette_lost, where cameras may be refined by it': ({ volume, views }) =>
    silhouetteLost(volume, views),
  'silhouette_lost, else': ({ volume, views }) => silhouetteLost(volume, views, { isRough: true }),
  'grey_share, wrong_masks': ({ views }) => {
    const counted = views.map((view) => ({ ...view, counts: countBytes(view.mask.data) }))
    return [greyness(counted), counted.filter(({ mask, counts }) => isWrongMask(mask, counts))]
  },
  'blind_views, cameras_inside': ({ volume: { origin, shape, spacing }, views }) => {
    const far = (axis: 0 | 1 | 2) => origin[axis] + spacing * (shape[axis] - 1)
    const box = { min: origin, max: [far(0), far(1), far(2)] } as const
    return boxInView(
      box,
      views.map(({ camera }) => camera),
    )
  },
  box_sides: ({ volume, views }) => sidesCrossed(volume, views),
}

/** Processor time of this process, in s. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function madeIn(
  database: string,
  scanId: string,
  masks: string,
  voxels: string,
): Promise<Made> {
  const scan = await (await FSDB.open(database)).getScan(scanId)
  const { grid, layers } = await voxelGrid.read(
    await unlimited(await scan.getFileset(voxels), voxelGrid),
  )
  const views: Made['views'][number][] = []
  for (const file of await (await scan.getFileset(masks)).getFiles()) {
    // Safe: the chain read it as that.
    const { camera_model: lens, ...pose } = (await file.getMetadata('camera')) as unknown as {
      readonly camera_model: Intrinsics
      readonly rotmat: readonly (readonly number[])[]
      readonly tvec: readonly [number, number, number]
    }
    const { width, height, data } = await readMask(file)
    const mask = { width, height, channels: 1 as const, data: Uint8Array.from(data) }
    const camera = { ...asMeasured(lens), rotmat: pose.rotmat.flat(), tvec: pose.tvec }
    views.push({ camera, mask, sums: sumsOf(mask), file: { filename: file.filename } })
  }
  return { views, volume: { ...grid, data: Int8Array.from([...layers.values()][0]) } }
}

/** @param pipeline whose photographs are there; they are no part of what is measured */
async function costs(chain: string, pipeline: string, path: string, report: Report): Promise<void> {
  const chains: number[] = []
  const times = new Map<string, number[]>(Object.keys(computed).map((name) => [name, []]))
  for (let turn = 0; turn < rounds; turn++) {
    const run = await romiRun(pipeline, path, '-t', steps.at(-1)!, ...forced)
    if (run.code !== 0) throw new Error(`${chain}: the run failed, see above`)
    chains.push(run.cpuSeconds)
    const [scan, database] = [path.split('/').at(-1)!, join(path, '..')]
    const made = await madeIn(database, scan, filesetOf(run, 'Masks'), filesetOf(run, 'Voxels'))
    for (const [name, work] of Object.entries(computed))
      times.get(name)!.push(await cpuOf(() => work(made)))
  }
  const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[all.length >> 1]
  const whole = median(chains)
  const rows = [...times].map(([check, all]) => [check, median(all)] as const)
  const sum = rows.reduce((total, [, seconds]) => total + seconds, 0)
  for (const [check, seconds] of [...rows, ['all of them', sum] as const])
    report({
      chain,
      check,
      'CPU, s': round(seconds),
      'chain, CPU, s': round(whole),
      'share of the chain, %': round((100 * seconds) / whole),
      aim: '5',
    })
}

const bench: Bench = async (report) => {
  const root = mkdtempSync(join(tmpdir(), 'romi-bench-'))
  try {
    const demo = join(root, 'demo.toml')
    const file = readFileSync(
      join(import.meta.dirname, '..', 'pipelines', 'virtual-plant.toml'),
      'utf8',
    )
    writeFileSync(demo, file.replace('"../romi-demo"', JSON.stringify(join(root, 'demo'))))
    await romiRun(demo, '-t', 'VirtualScan')
    await costs('demo', demo, join(root, 'demo', 'virtual_plant'), report)
    if (!sharedData) return report({ skipped: 'the published scans are not at ../shared/data' })
    const db = await FSDB.create(join(root, 'db'))
    await db.connect()
    await (await db.createScan('plant')).createFileset('images')
    await addPublished(db, 'plant', sharedData, 'virtual_plant')
    await db.disconnect()
    const pipeline = join(sharedData, 'configs', 'test_geom_pipe_virtual.toml')
    await costs('virtual_plant', pipeline, join(root, 'db', 'plant'), report)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

export default bench
