// What errors of cameras do to a plant, and what refining them from the silhouettes mends.
//
// `npm run bench cameras` tries one plant; `npx tsx bench/cameras.ts 20` twenty, twice each, and
// writes docs/cameras.md; a third number tries the first conditions alone. Each trial is noted in results/, and a study that was interrupted goes on
// from there; whoever changes what is measured removes that note.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pixelsMoved, withoutCommonMotion } from '../src/geometry/silhouettes/common-motion.ts'
import { carveFitting } from '../tasks/voxels/fitting.ts'
import type { Bench, Row } from './bench.ts'
import { shareOf } from './support/accuracy/interval.ts'
import { softShot, withError, type CameraError } from './support/camera-errors.ts'
import {
  camerasAround,
  gridAround,
  grow,
  measuredIn,
  shotBy,
  type Shot,
} from './support/virtual-study.ts'

/** Drawn at random once the code that they judge was finished; no test grows such a plant. */
const seeds = [
  61287, 15493, 40116, 9042, 33871, 57210, 2659, 48733, 27914, 64402, 11876, 53025, 38290, 6147,
  21563, 45098, 59761, 18334, 30677, 50919,
]
const plantAs = { branches: 3, sideways: 15, wander: 15 } as const
const [mostViews, size, voxel] = [36, 1024, 0.4]

interface Condition {
  readonly views: 12 | 18 | 36
  readonly masks: 'clean' | 'soft'
  readonly error: CameraError
}

const turns = (pixels: number): CameraError => ({ of: 'turns', pixels })
const conditions: readonly Condition[] = [
  ...[1, 1.5, 0.5, 0].map(
    (pixels) => ({ views: 36, masks: 'clean', error: turns(pixels) }) as const,
  ),
  { views: 36, masks: 'clean', error: { of: 'all six', pixels: 1 } },
  { views: 36, masks: 'clean', error: { of: 'focal', percent: 1 } },
  { views: 36, masks: 'clean', error: { of: 'path', pixels: 1.5 } },
  { views: 18, masks: 'clean', error: turns(1) },
  { views: 12, masks: 'clean', error: turns(1) },
  ...[0, 0.5, 1].map((pixels) => ({ views: 36, masks: 'soft', error: turns(pixels) }) as const),
]
const told = ({ views, masks, error }: Condition): string =>
  `${views} views, ${masks} masks, ${error.of} ${'pixels' in error ? `${error.pixels} px` : `${error.percent} %`}`

interface Trial {
  readonly seed: number
  readonly draw: number
  readonly condition: string
  readonly refine: boolean
  readonly steps: number
  readonly right: number
  readonly missed: number
  readonly extra: number
  readonly lost: number
  readonly isRefined: boolean
  /** What is left of the cameras' error, in pixels, less what no picture shows. */
  readonly error: number
  readonly seconds: number
}

async function tryPlant(seed: number, draws: number, chosen: readonly Condition[], done: Trial[]) {
  const plant = grow(seed, plantAs)
  const cameras = camerasAround(plant, mostViews, size)
  const shots = new Map<string, Shot[]>()
  const note = noteOf()
  for (const condition of chosen)
    for (let draw = 0; draw < draws; draw++)
      for (const refine of [true, false]) {
        const name = told(condition)
        const isSame = (of: Trial) => of.seed === seed && of.draw === draw && of.refine === refine
        if (done.some((of) => of.condition === name && isSame(of))) continue
        if (draw > 0 && condition.error.of === 'focal') continue
        const { masks, views, error } = condition
        const all =
          shots.get(masks) ??
          cameras.map((camera, n) =>
            masks === 'soft' ? softShot(plant, camera, 100 * seed + n) : shotBy(plant, camera),
          )
        shots.set(masks, all)
        const some = all.filter((_, n) => n % (mostViews / views) === 0)
        const off = withError(some, error, plant, seed + 1000 * draw)
        const trial = { seed, draw, condition: name, refine, ...(await tried(off, refine)) }
        done.push(trial)
        appendFileSync(note, `${JSON.stringify(trial)}\n`)
        console.error(JSON.stringify(trial))

        async function tried(given: readonly Shot[], isAuto: boolean) {
          const start = process.cpuUsage()
          const grid = gridAround(plant, voxel)
          const named = given.map((shot, n) => ({ ...shot, file: { filename: `${n}` } }))
          const { data, fit } = await carveFitting(grid, named, isAuto ? 'auto' : false, {
            log: { info: () => undefined, warn: () => undefined },
            effort: {},
            isCoarse: false,
          })
          const { user, system } = process.cpuUsage(start)
          const { refinement, lost = NaN } = fit
          const isRefined = refinement?.isKept === true
          const used = isRefined
            ? refinement.moves.map(({ refined }) => refined)
            : given.map(({ camera }) => camera)
          const exact = some.map(({ camera }) => camera)
          const points = plant.mesh.vertices.filter((_, i) => Math.floor(i / 3) % 97 === 0)
          const free = withoutCommonMotion(exact, used, Float32Array.from(points))
          const errors = exact.map((to, n) => pixelsMoved(to, free[n], Float32Array.from(points)))
          const { right, missed, extra, reference } = await steps()
          return {
            steps: reference,
            right,
            missed,
            extra,
            lost,
            isRefined,
            error: Math.hypot(...errors) / Math.sqrt(errors.length),
            seconds: (user + system) / 1e6,
          }

          async function steps() {
            try {
              return (await measuredIn(plant, { ...grid, data }, 'mesh, level 1')).evaluation
            } catch {
              // nothing that could be measured was left
              const { length } = plant.truth.angles
              return { right: 0, missed: length, extra: 0, reference: length }
            }
          }
        }
      }
}

function rowsOf(trials: readonly Trial[]): Row[] {
  return conditions.map(told).flatMap((condition) =>
    [false, true].flatMap((refine) => {
      const own = trials.filter((of) => of.condition === condition && of.refine === refine)
      return own.length === 0 ? [] : [rowOf(condition, refine, own)]
    }),
  )
}

function rowOf(condition: string, refine: boolean, own: readonly Trial[]): Row {
  const plants = [...new Set(own.map(({ seed }) => seed))]
  const share = (pick: (of: Trial) => number): string => {
    const { value, low, high } = shareOf(
      plants.map((seed) => {
        const draws = own.filter((of) => of.seed === seed)
        const sum = (of: (trial: Trial) => number) => draws.reduce((all, one) => all + of(one), 0)
        return { of: sum(({ steps }) => steps), count: sum(pick) }
      }),
    )
    // of one plant alone there is no interval
    const range = plants.length > 1 ? ` (${low.toFixed(1)}–${high.toFixed(1)})` : ''
    return `${value.toFixed(1)}${range}`
  }
  const mean = (pick: (of: Trial) => number) =>
    Number((own.reduce((sum, of) => sum + pick(of), 0) / own.length).toPrecision(3))
  return {
    cameras: condition,
    refine_cameras: refine ? '"auto"' : 'false',
    plants: plants.length,
    scans: own.length,
    'right, %': share(({ right }) => right),
    'missed, %': share(({ missed }) => missed),
    'extra, %': share(({ extra }) => extra),
    'lost with the given cameras': mean(({ lost }) => lost),
    refined: own.filter(({ isRefined }) => isRefined).length,
    'error of cameras, px': mean(({ error }) => error),
  }
}

function noteOf(): string {
  const folder = join(import.meta.dirname, 'results')
  mkdirSync(folder, { recursive: true })
  return join(folder, 'cameras-trials.ndjson')
}

function noted(): Trial[] {
  const note = noteOf()
  if (!existsSync(note)) return []
  const lines = readFileSync(note, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Trial) // written above
}

function page(rows: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  const columns = Object.keys(rows[0])
  const head = readFileSync(join(import.meta.dirname, '..', 'docs', 'cameras.md'), 'utf8')
  const mark = '<!-- the table is written by bench/cameras.ts -->'
  return `${head.split(mark)[0]}${mark}

${[line(columns), line(columns.map(() => '---')), ...rows.map((row) => line(Object.values(row)))].join('\n')}
`
}

const bench: Bench = async (report) => {
  const trials: Trial[] = []
  await tryPlant(seeds[0], 1, conditions.slice(0, 1), trials)
  for (const row of rowsOf(trials)) report(row)
}
export default bench

if (process.argv[1] === import.meta.filename) {
  const [plants = '20', draws = '2', rows = String(conditions.length)] = process.argv.slice(2)
  const trials = noted()
  for (const seed of seeds.slice(0, Number(plants)))
    await tryPlant(seed, Number(draws), conditions.slice(0, Number(rows)), trials)
  console.table(rowsOf(trials))
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'cameras.md'), page(rowsOf(trials)))
}
