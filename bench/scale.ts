// How time and memory of each step grow with views, image size and voxels, each doubled three times.
//
// `npm run bench scale`; `npx tsx bench/scale.ts write` writes docs/scale.md and docs/scale.svg, too.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mostTriangles } from '../src/geometry/mesh/select.ts'
import { surfaceThroughPoints } from '../src/geometry/mesh/surface.ts'
import { phyllotaxis } from '../src/geometry/phyllotaxis/phyllotaxis.ts'
import { levelSetPoints } from '../src/geometry/points/level-set.ts'
import { skeletonOfMesh } from '../src/geometry/skeleton/skeletonise.ts'
import { labelPlant } from '../src/geometry/tree/tree-graph.ts'
import { carve } from '../src/geometry/voxels/carving.ts'
import { voxelCount } from '../src/geometry/voxels/grid.ts'
import { drawPlots, type Plot } from '../src/io/plot/index.ts'
import { renderSvg } from '../src/io/svg.ts'
import { round, type Bench, type Row } from './bench.ts'
import { growth } from './growth.ts'
import { camerasAround, gridAround, grow, shotBy, type Shot } from './support/virtual-study.ts'

const usual = { views: 24, size: 512, spacing: 0.8 }
type Scale = typeof usual

/** What grows, with how much the doubled thing is at least work: twice as much, or four times. */
const series = [
  { grows: 'views', steps: [12, 24, 48, 96].map((views) => ({ ...usual, views })) },
  { grows: 'image side', steps: [256, 512, 1024, 2048].map((size) => ({ ...usual, size })) },
  {
    grows: 'voxels',
    steps: [0, 1, 2, 3].map((n) => ({ ...usual, spacing: 0.8 / 2 ** (n / 3) })),
  },
] as const

const plant = grow(7100)

/** Seconds of processor time of each step, and what was in memory at most after one. */
async function timed({ views, size, spacing }: Scale): Promise<Row> {
  const seconds: Record<string, number> = {}
  let memory = 0
  const step = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    // Processor time: what others do on the machine counts less.
    const start = process.cpuUsage()
    const result = await work()
    const { user, system } = process.cpuUsage(start)
    seconds[`${name}, s`] = round((user + system) / 1e6)
    memory = Math.max(memory, process.memoryUsage().rss)
    return result
  }
  const cameras = camerasAround(plant, views, size)
  const shots = await step('photographs', () =>
    cameras.map((camera): Shot => shotBy(plant, camera)),
  )
  const grid = gridAround(plant, spacing)
  const volume = await step('Voxels', () => carve(grid, shots))
  const cloud = await step('PointCloud', () => levelSetPoints(volume, 1))
  const { points, normals } = cloud
  if (!normals) throw new Error('level sets have normals')
  const mesh = await step('TriangleMesh', async () =>
    mostTriangles(await surfaceThroughPoints({ points, normals }, spacing), spacing),
  )
  const skeleton = await step('CurveSkeleton', () => skeletonOfMesh(mesh))
  const graph = await step('TreeGraph', () => labelPlant(skeleton))
  await step('AnglesAndInternodes', () => phyllotaxis(graph))
  return {
    views,
    'image side, px': size,
    'million voxels': round(voxelCount(grid) / 1e6),
    ...seconds,
    'resident, MB': round(memory / 1e6),
  }
}

/** All series; the first two runs only warm the compiler up. */
async function study(): Promise<Map<string, Row[]>> {
  await timed(usual)
  await timed(usual)
  const tables = new Map<string, Row[]>()
  for (const { grows, steps } of series) {
    const rows: Row[] = []
    for (const scale of steps) rows.push(await timed(scale))
    tables.set(grows, rows)
  }
  return tables
}

const bench: Bench = async (report) => {
  for (const [grows, rows] of await study()) for (const row of rows) report({ grows, ...row })
}
export default bench

/** Whether a column is a time, and one that is no noise. */
const isLong = (column: string, rows: readonly Row[]): boolean =>
  column.endsWith(', s') && rows.some((row) => Number(row[column]) > 0.15)

function plotOf(grows: string, rows: readonly Row[]): Plot {
  return {
    width: 1000,
    x: { label: `doublings of ${grows}`, min: 0, max: 3, ticks: [0, 1, 2, 3] },
    y: { label: 'doublings of time', min: -2 },
    series: Object.keys(rows[0])
      .filter((column) => isLong(column, rows))
      .map((column) => ({
        as: 'line',
        label: column.slice(0, -', s'.length),
        xy: rows.map((row, n) => [n, Math.log2(Number(row[column]) / Number(rows[0][column]))]),
      })),
  }
}

/** How often a step's time doubled while what grows doubled three times. */
function timesOf(rows: readonly Row[]): string {
  const last = rows[rows.length - 1]
  return Object.keys(last)
    .filter((column) => isLong(column, rows))
    .map((column) => {
      const times = round(Number(last[column]) / Number(rows[0][column]))
      return `${column.slice(0, -', s'.length)} × ${times}`
    })
    .join(', ')
}

function tableOf(rows: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const columns = Object.keys(rows[0])
  return [
    line(columns),
    line(columns.map(() => '---:')),
    ...rows.map((row) => line(Object.values(row))),
  ].join('\n')
}

function page(tables: ReadonlyMap<string, readonly Row[]>, runs: readonly Row[]): string {
  const parts = [...tables].map(
    ([grows, rows]) =>
      `## ${grows}\n\n${tableOf(rows)}\n\nFrom the first line to the last: ${timesOf(rows)}.\n`,
  )
  return `# Scale

Written by \`npx tsx bench/scale.ts write\`: one virtual plant, the kernels of each step in one thread, in seconds of processor time, on a machine that did other work, too: a factor of one and a half either way is noise. One of views, image side and voxels doubles three times; the others stay. *Resident* is all memory of the process, most after any step; it holds what earlier lines needed, too.

*photographs* makes the masks, too. What cannot be avoided: each pixel is looked at, so eight times the views take eight times as long, eight times the image side up to 64 times (background is cheaper than plant); a volume is written voxel by voxel, but only blocks at the plant's outline are looked at closely. Where voxels grow eight times, the plant's surface does four times, and with it \`PointCloud\` and \`TriangleMesh\`; the voxels within the plant, from which \`CurveSkeleton\` works, do eight times. No step grows faster than that.

![How the time of each step grows](scale.svg)

${parts.join('\n')}
## photographs in a step

Written by \`npm run bench growth\`, too: what the engine itself costs a photograph in a step that works file by file, in processor time of whole runs of trivial tasks on small files, plan and publishing included. *made*: all are made. *one more*: one photograph was added, the others are taken over. *beside as many others*: a task that reads as many files through another slot. *in threads*: with two threads, whose start is most of it for 500 photographs. A job carries the files that it makes; none of it grows with the number of photographs.

${tableOf(runs)}
`
}

if (process.argv[1] === import.meta.filename) {
  const tables = await study()
  for (const rows of tables.values()) console.table(rows)
  if (process.argv[2] === 'write') {
    const docs = join(import.meta.dirname, '..', 'docs')
    const path = join(docs, 'scale.md')
    // What follows was measured by `npm run bench peers`, `kernels` and `cluster`.
    const text = readFileSync(path, 'utf8')
    const ofOthers = text.slice(text.indexOf('\n## Many trivial steps'))
    writeFileSync(path, page(tables, await growth()) + ofOthers)
    writeFileSync(
      join(docs, 'scale.svg'),
      renderSvg(drawPlots([...tables].map(([grows, rows]) => plotOf(grows, rows)))),
    )
  }
}
