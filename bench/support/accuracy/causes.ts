// Why measured steps are wrong: the organs of a virtual plant found again by where they really are.
import type { StepSequence } from '../../../src/geometry/alignment/align.ts'
import type { PhyllotaxisEvaluation } from '../../../src/geometry/alignment/evaluate.ts'
import { signedTurn } from '../../../src/geometry/angle.ts'
import {
  across,
  add,
  cross,
  distance,
  dot,
  scale,
  subtract,
  unit,
  type Vec3,
} from '../../../src/geometry/linear.ts'
import type { Phyllotaxis, StemOrgan } from '../../../src/geometry/phyllotaxis/phyllotaxis.ts'
import type { Insertion, PlantTruth } from '../../../src/geometry/virtual-plant/truth.ts'

/** Why a true step is not right; of several the first. */
export const causes = [
  'stem',
  'no stalk',
  'grown together',
  'kind',
  'organ between',
  'insertion',
  'curvature',
  'direction',
  'alignment',
] as const
export type Cause = (typeof causes)[number]

/** What each cause means, for the page. */
export const meanings: Readonly<Record<Cause, string>> = {
  stem: 'the measured stem passes the organ by more than 3 mm',
  'no stalk': 'no skeleton where the organ is, 8 mm from the stem',
  'grown together': 'a skeleton, but no organ measured there',
  kind: 'measured, but as a kind that is not counted',
  'organ between': 'an organ that is none of the plant’s is counted between the two',
  insertion: 'the internode is wrong',
  curvature: 'the angle is wrong, and by half at least because the organs turn aside near the stem',
  direction: 'the angle is wrong otherwise',
  alignment: 'both organs are right, and the evaluation aligned others',
}

/** What is known of a plant, beside what was measured on it. */
export interface Studied {
  readonly truth: PlantTruth
  /** How many degrees each true organ turns about the stem up to where its direction is taken. */
  readonly turns: readonly number[]
  /** Points of the skeleton. */
  readonly skeleton: readonly Vec3[]
  readonly measured: Pick<Phyllotaxis, 'organs' | 'stem' | keyof StepSequence>
  readonly evaluation: PhyllotaxisEvaluation
}

/** From the true stem a measured one is this far away, in mm, where it is another. */
const BESIDE_STEM = 3
/** An organ that is there has a skeleton so far out, in mm, and so near. */
const PROBE = { out: 8, near: 3 } as const
/** An organ is another if it stands farther from the true one, in mm, or in degrees. */
const OTHER = { away: 8, turned: 45 } as const
/** Tolerances of the evaluation. */
const TOLERANCE = { angle: 10, internode: 0.2 } as const

/** The cause of each true step that is not right. */
export function causesOfWrongSteps(studied: Studied): Cause[] {
  const { truth, measured, evaluation } = studied
  const right = new Set(rightSteps(truth, measured, evaluation))
  const found = matchedByPlace(truth.organs, measured.organs)
  const wrong = truth.angles.map((_, i) => i).filter((i) => !right.has(i))
  return wrong.map((i) => {
    const missing = [i, i + 1].map((n) => causeOfMissing(truth.organs[n], found[n], studied))
    return causes.find((cause) => missing.includes(cause)) ?? causeBetween(i, found, studied)
  })
}

/** Steps with one measured counterpart within tolerance. */
function rightSteps(
  truth: StepSequence,
  measured: StepSequence,
  { alignment, handedness }: PhyllotaxisEvaluation,
): number[] {
  const sign = handedness === 'mirrored' ? -1 : 1
  return alignment.steps.flatMap(({ reference: r, measured: m }) => {
    if (r.to - r.from !== 1 || m.to - m.from !== 1) return []
    const turn = signedTurn(sign * measured.angles[m.from] - truth.angles[r.from])
    const off = measured.internodes[m.from] - truth.internodes[r.from]
    return isWithin(turn, off, truth) ? [r.from] : []
  })
}

const isWithin = (turn: number, off: number, { internodes }: StepSequence): boolean =>
  Math.abs(turn) <= TOLERANCE.angle &&
  Math.abs(off) <= TOLERANCE.internode * (internodes.reduce((a, b) => a + b, 0) / internodes.length)

/** For each true organ the measured one that stands there, the nearest pairs first. */
export function matchedByPlace(
  truth: readonly Insertion[],
  organs: readonly StemOrgan[],
): (StemOrgan | undefined)[] {
  const pairs = truth.flatMap((insertion, t) =>
    organs.map((organ) => {
      const away = distance(insertion.point, organ.insertion) / OTHER.away
      const cosine = Math.max(-1, Math.min(1, dot(insertion.direction, organ.direction)))
      const turned = (Math.acos(cosine) * 180) / Math.PI / OTHER.turned
      return { t, organ, away, turned }
    }),
  )
  const found = new Map<number, StemOrgan>()
  const taken = new Set<StemOrgan>()
  for (const { t, organ } of pairs
    .filter(({ away, turned }) => away < 1 && turned < 1)
    .sort((a, b) => a.away + a.turned - b.away - b.turned)) {
    if (found.has(t) || taken.has(organ)) continue
    found.set(t, organ)
    taken.add(organ)
  }
  return truth.map((_, t) => found.get(t))
}

/** Why an organ is not among those that are counted; undefined if it is. */
function causeOfMissing(
  { point, direction }: Insertion,
  organ: StemOrgan | undefined,
  { measured: { stem }, skeleton }: Studied,
): Cause | undefined {
  const isAt = (p: Vec3, near: number) => (q: Vec3) => distance(p, q) < near
  // the stem is drawn with a point every two radii
  if (!stem.some(isAt(point, BESIDE_STEM))) return 'stem'
  if (organ) return organ.counted ? undefined : 'kind'
  const probe = add(point, scale(direction, PROBE.out))
  return skeleton.some(isAt(probe, PROBE.near)) ? 'grown together' : 'no stalk'
}

/** Why the step between two organs that are counted is wrong. */
function causeBetween(
  i: number,
  found: readonly (StemOrgan | undefined)[],
  { truth, turns, measured }: Studied,
): Cause {
  const counted = measured.organs.filter((organ) => organ.counted)
  const [low, high] = [found[i], found[i + 1]].map((organ) => (organ ? counted.indexOf(organ) : -1))
  // the lower one was measured above the upper
  if (high < low) return 'insertion'
  if (high > low + 1) return 'organ between'
  const off = measured.internodes[low] - truth.internodes[i]
  if (!isWithin(0, off, truth)) return 'insertion'
  const turn = signedTurn(measured.angles[low] - truth.angles[i])
  if (isWithin(turn, 0, truth)) return 'alignment'
  const turned = turns[i + 1] - turns[i]
  return turned * turn > 0 && Math.abs(turned) >= Math.abs(turn) / 2 ? 'curvature' : 'direction'
}

/**
 * How many degrees the direction from an insertion to the middle of some points of its organ stands
 * aside, about the stem, from the direction in which the organ leaves it.
 */
export function turnOf({ point, stem, direction }: Insertion, middle: Vec3): number {
  const [d, e] = [direction, subtract(middle, point)].map((each) => unit(across(each, stem)))
  return (Math.atan2(dot(cross(d, e), stem), dot(d, e)) * 180) / Math.PI
}
