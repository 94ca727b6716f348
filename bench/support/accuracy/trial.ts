// One plant tried under the conditions of its form; every trial is noted when it is done.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { remember } from '../../../src/base/memo.ts'
import { extraOrgans } from '../../../src/geometry/alignment/extra-organs.ts'
import { distance, meanOf, pointAt, type Vec3 } from '../../../src/geometry/linear.ts'
import type { VirtualPlant } from '../../../src/geometry/virtual-plant/virtual-plant.ts'
import {
  camerasAround,
  grow,
  measured,
  misplaced,
  shotBy,
  type Measurement,
  type Shot,
} from '../virtual-study.ts'
import { causesOfWrongSteps, turnOf, type Cause } from './causes.ts'
import { conditions, drawsOf, forms, keyOf, type Condition, type Form } from './conditions.ts'

/** What is noted of a plant under a condition. */
export interface Trial {
  readonly condition: string
  readonly seed: number
  readonly draw: number
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
  /** Of processor, from masks to the evaluation. */
  readonly seconds: number
}

const voxel = 0.4
const mostViews = 72

/** Trials that are noted in a file; a study that was interrupted goes on from there. */
export class Notes {
  readonly trials: Trial[] = []
  readonly #path: string

  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) return
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'))
    // Safe: the lines are written below; one that a kill has torn does not end so.
    for (const line of lines) this.trials.push(JSON.parse(line) as Trial)
  }

  has(condition: Condition, seed: number, draw: number): boolean {
    return this.trials.some(
      (trial) => trial.condition === keyOf(condition) && trial.seed === seed && trial.draw === draw,
    )
  }

  add(trial: Trial): void {
    this.trials.push(trial)
    appendFileSync(this.#path, `${JSON.stringify(trial)}\n`)
  }
}

/** Tries one plant under all conditions of its form that are not noted yet. */
export async function tryPlant(form: Form, seed: number, notes: Notes): Promise<void> {
  const plant = grow(seed, forms[form])
  const shots = new Map<string, Shot[]>()
  const photographs = ({ views, size }: Condition): Shot[] => {
    const all = views === 36 ? 36 : mostViews
    const taken = remember(shots, `${size} ${all}`, () =>
      camerasAround(plant, all, size).map((camera) => shotBy(plant, camera)),
    )
    return taken.filter((_, n) => n % (all / views) === 0)
  }
  for (const condition of conditions.filter((each) => each.plant === form))
    for (let draw = 0; draw < drawsOf(condition); draw++) {
      if (notes.has(condition, seed, draw)) continue
      const { noise, through } = condition
      const some = photographs(condition)
      const used = noise === 0 ? some : misplaced(some, noise, seed + 1e6 * draw)
      const start = process.cpuUsage()
      const measurement = await measured(plant, used, voxel, through)
      const { user, system } = process.cpuUsage(start)
      const seconds = (user + system) / 1e6
      notes.add({ condition: keyOf(condition), seed, draw, ...told(plant, measurement), seconds })
    }
}

function told(
  plant: VirtualPlant,
  { skeleton, found, evaluation }: Measurement,
): Omit<Trial, 'condition' | 'seed' | 'draw' | 'seconds'> {
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
