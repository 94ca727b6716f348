// One plant tried under the conditions of a group; every trial is noted when it is done, and its
// skeleton is kept, so that the last steps can be measured again.
import { extraOrgans } from '../../../src/geometry/alignment/extra-organs.ts'
import type { Camera } from '../../../src/geometry/camera.ts'
import { distance, meanOf, pointAt, type Vec3 } from '../../../src/geometry/linear.ts'
import {
  pixelsMoved,
  withoutCommonMotion,
} from '../../../src/geometry/silhouettes/common-motion.ts'
import type { VirtualPlant } from '../../../src/geometry/virtual-plant/virtual-plant.ts'
import { KEPT } from '../../../src/geometry/voxels/carving.ts'
import type { Volume } from '../../../src/geometry/voxels/grid.ts'
import { carveFitting } from '../../../tasks/voxels/fitting.ts'
import { softShot, withError } from '../camera-errors.ts'
import {
  camerasAround,
  gridAround,
  grow,
  measuredOn,
  shotBy,
  skeletonFrom,
  type Measurement,
  type Route,
  type Shot,
} from '../virtual-study.ts'
import { causesOfWrongSteps, turnOf, type Cause } from './causes.ts'
import { conditions, drawsOf, forms, keyOf, type Condition, type Group } from './conditions.ts'
import type { Carved, KeptSkeletons, TrialName } from './kept-skeletons.ts'
import type { Notes } from './notes.ts'

/** How right the steps of a plant are. */
interface Steps {
  readonly steps: number
  readonly right: number
  readonly missed: number
  readonly matched: number
  readonly extra: number
  /** The kinds of the organs that made extra steps. */
  readonly extraKinds: readonly string[]
  readonly causes: readonly Cause[]
  /** Sums over the matched steps: degrees, and shares of the plant's mean internode. */
  readonly angleErrors: number
  readonly internodeErrors: number
}

/** What is noted of a plant under a condition; `seconds` are from masks to the evaluation. */
export interface Trial extends TrialName, Steps, Omit<Carved, 'skeleton'> {}

const voxel = 0.4

/** Tries one plant under the conditions of a group that are not noted yet. */
export async function tryPlant(
  group: Group,
  seed: number,
  draw: number,
  notes: Notes<Trial>,
  skeletons: KeptSkeletons,
): Promise<void> {
  const open = group.conditions.filter(
    (condition) => draw < drawsOf(condition) && !isNoted(notes.all, condition, seed, draw),
  )
  if (open.length === 0) return
  const [{ plant: form, size }] = open
  const plant = grow(seed, forms[form])
  const most = Math.max(...open.map(({ views }) => views))
  const cameras = camerasAround(plant, most, size)
  const isSoft = open.some(({ masks }) => masks === 'soft')
  const all = cameras.map((camera, n) =>
    isSoft ? softShot(plant, camera, 100 * seed + n) : shotBy(plant, camera),
  )
  for (const condition of open) {
    const name = { condition: keyOf(condition), seed, draw }
    const exact = all.filter((_, n) => n % (most / condition.views) === 0)
    const { error } = condition
    const given = error ? withError(exact, error, plant, seed + 1e6 * draw) : exact
    const found = await carved(plant, exact, given, condition)
    skeletons.keep(name, found)
    notes.add({ ...name, ...(await tried(plant, found)) })
  }
}

/** Measures again what is noted, from its skeletons: the last steps alone, in seconds. */
export async function measureAgain(
  notes: Notes<Trial>,
  skeletons: KeptSkeletons,
  seeds: readonly number[],
): Promise<void> {
  const trials: Trial[] = []
  for (const { condition, seed, draw, ...before } of notes.all) {
    const name = { condition, seed, draw }
    const form = conditions.find((each) => keyOf(each) === condition)?.plant
    const found = form && seeds.includes(seed) ? skeletons.of(name) : undefined
    trials.push({
      ...name,
      ...(form && found ? await tried(grow(seed, forms[form]), found) : before),
    })
  }
  notes.replace(trials)
}

const isNoted = (trials: readonly Trial[], condition: Condition, seed: number, draw: number) =>
  trials.some(
    (trial) => trial.condition === keyOf(condition) && trial.seed === seed && trial.draw === draw,
  )

/** From masks to a skeleton, with what became of the cameras. */
async function carved(
  plant: VirtualPlant,
  exact: readonly Shot[],
  given: readonly Shot[],
  { refine, through }: Condition,
): Promise<Carved> {
  const start = process.cpuUsage()
  const grid = gridAround(plant, voxel)
  const named = given.map((shot, n) => ({ ...shot, file: { filename: `${n}` } }))
  const { volume, fit } = await carveFitting(grid, named, refine, {
    log: { info: () => undefined, warn: () => undefined },
    effort: {},
    isExplained: false,
  })
  const skeleton = await skeletonIn(volume, through)
  const seconds = secondsSince(start)
  const { refinement, lost = 1 } = fit
  const isRefined = refinement?.isKept === true
  const used = isRefined
    ? refinement.moves.map(({ refined }) => refined)
    : given.map(({ camera }) => camera)
  const truth = exact.map(({ camera }) => camera)
  const cameraError = errorOf(plant, truth, used)
  return { ...(skeleton && { skeleton }), lost, isRefined, cameraError, seconds }
}

async function skeletonIn(volume: Volume<Int8Array>, through: Route) {
  if (!volume.data.includes(KEPT)) return undefined
  return unlessEmpty(() => skeletonFrom(volume, through))
}

/** The few voxels that bad cameras leave may enclose nothing. */
async function unlessEmpty<T>(make: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const secondsSince = (start: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1e6
}

/** From a skeleton to an evaluation. */
async function tried(
  plant: VirtualPlant,
  { skeleton, seconds, ...cameras }: Carved,
): Promise<Omit<Trial, 'condition' | 'seed' | 'draw'>> {
  const start = process.cpuUsage()
  const measurement = skeleton && (await unlessEmpty(() => measuredOn(plant, skeleton)))
  const steps = measurement ? told(plant, measurement) : nothing(plant)
  return { ...steps, ...cameras, seconds: seconds + secondsSince(start) }
}

/** The root of the mean square over all cameras, in pixels. */
function errorOf({ mesh }: VirtualPlant, exact: readonly Camera[], used: readonly Camera[]) {
  const points = Float32Array.from(mesh.vertices.filter((_, i) => Math.floor(i / 3) % 97 === 0))
  const free = withoutCommonMotion(exact, used, points)
  const errors = exact.map((to, n) => pixelsMoved(to, free[n], points))
  return Math.hypot(...errors) / Math.sqrt(errors.length)
}

/** Of a volume that is empty. */
function nothing({ truth }: VirtualPlant): Steps {
  const { length } = truth.angles
  return {
    steps: length,
    right: 0,
    missed: length,
    matched: 0,
    extra: 0,
    extraKinds: [],
    causes: truth.angles.map(() => 'no stalk' as const),
    angleErrors: 0,
    internodeErrors: 0,
  }
}

function told(plant: VirtualPlant, { skeleton, found, evaluation }: Measurement): Steps {
  const { truth } = plant
  const { reference: steps, right, missed, matched, extra, angle, internode } = evaluation
  const meanInternode = truth.internodes.reduce((sum, d) => sum + d, 0) / truth.internodes.length
  const counted = found.organs.filter((organ) => organ.counted)
  return {
    steps,
    right,
    missed,
    matched,
    extra,
    extraKinds: extraOrgans(evaluation.alignment, evaluation.measured).map((i) => counted[i].kind),
    causes: causesOfWrongSteps({
      truth,
      turns: turnsOf(plant, found.scale.reach),
      skeleton: pointsOf(skeleton.points),
      measured: found,
      evaluation,
    }),
    angleErrors: (angle?.mae ?? 0) * matched,
    internodeErrors: ((internode?.mae ?? 0) * matched) / meanInternode,
  }
}

const pointsOf = (coordinates: Float64Array): Vec3[] =>
  Array.from({ length: coordinates.length / 3 }, (_, i) => pointAt(coordinates, i))

/** How far each organ turns aside up to where its direction is taken, as its mesh shows. */
function turnsOf({ mesh, truth }: VirtualPlant, reach: number): number[] {
  return truth.organs.map((organ, i) => {
    const number = String(i + 1).padStart(2, '0')
    const name = organ.kind === 'branch' ? `stem_branch_${number}` : `pedicel_${number}`
    const part = mesh.parts.find((each) => each.name === name)
    if (!part) throw new Error(`the plant has no part ${name}`)
    const corners = mesh.triangles.subarray(3 * part.first, 3 * (part.first + part.count))
    const near = [...new Set(corners)]
      .map((v) => pointAt(mesh.vertices, v))
      .filter((p) => distance(p, organ.point) < reach)
    return near.length > 0 ? turnOf(organ, meanOf(near)) : 0
  })
}
