// What each organ of a stem is: fruit, flower, leaf, branch, or a spur of the skeleton.
import { fatSign, firstFlower, flowerScores, type FlowerScore } from './flowers.ts'
import { alone, places, type Place } from './one-place.ts'
import type { Organ } from './organ.ts'
import { crowdedAtFoot, loneLeavesAtFoot } from './rosette.ts'

/** A fruit is a silique with its pedicel; buds are flowers; a spur is none of the plant's organs. */
export const organKinds = [
  'fruit',
  'flower',
  'cauline_leaf',
  'branch',
  'rosette_leaf',
  'spur',
] as const
export type OrganKind = (typeof organKinds)[number]

/** How many there are of each kind that there is. */
export const countByKind = (kinds: readonly OrganKind[]): [OrganKind, number][] =>
  organKinds
    .map((kind): [OrganKind, number] => [kind, kinds.filter((each) => each === kind).length])
    .filter(([, count]) => count > 0)

/** A place on the stem, and what is there. */
export interface OrganOfKind extends Place {
  readonly kind: OrganKind
  /**
   * From 0 to 1: how clearly what tells this kind speaks for it; 0.5 is a toss-up, and below it the
   * organs beside it decided.
   */
  readonly kindConfidence: number
  /** `crowding` of its `FlowerScore`, where flowers were looked for. */
  readonly crowding?: number
}

export interface KindContext {
  readonly stemLength: number
  /** The length of a typical organ. */
  readonly typical: number
  /** How far apart on the stem, at most, organs of one place are. */
  readonly near: number
}

/**
 * Tells kinds apart by place on the stem and by shape: leaves of the rosette and lone ones above it,
 * spurs of the lower half, flowers of the upper one, and of what is left branches and leaves.
 *
 * @param organs of one stem, by height
 * @returns by height; organs of one place and direction are one, except flowers and spurs
 */
export function kindsOf(organs: readonly Organ[], context: KindContext): OrganOfKind[] {
  const { stemLength, typical, near } = context
  const all = places(organs, near, typical)
  const rosette = all.slice(0, crowdedAtFoot(all, stemLength, typical))
  const inRosette = new Set(rosette.flatMap(({ organ, others }) => [organ, ...others]))
  const above = organs.filter((organ) => !inRosette.has(organ))
  const spurs = above.filter((organ) => spurSign(organ, context) > 0)
  const whole = above.filter((organ) => !spurs.includes(organ))
  const scores = flowerScores(
    whole.filter(({ arcLength: height }) => height > 0.5 * stemLength),
    typical,
  )
  const flowers = scores.slice(firstFlower(scores))
  const isFlower = new Set(flowers.map(({ organ }) => organ))
  const lasting = places(
    whole.filter((organ) => !isFlower.has(organ)),
    near,
    typical,
  )
  return [
    ...rosette.map((place) => organOfKind(place, 'rosette_leaf', 1)),
    ...spurs.map((organ) => organOfKind(alone(organ), 'spur', spurSign(organ, context))),
    ...flowers.map((scored) =>
      organOfKind(alone(scored.organ), 'flower', scored.score / 2, scored),
    ),
    ...lastingKinds(lasting, context, scores),
  ].sort((a, b) => a.height - b.height)
}

/** @param sign what speaks for the kind, from −1, which is against it, to 1 */
function organOfKind(
  place: Place,
  kind: OrganKind,
  sign: number,
  scored?: FlowerScore,
): OrganOfKind {
  const kindConfidence = 0.5 + 0.5 * Math.max(-1, Math.min(1, sign))
  const crowding = scored?.crowding
  return { ...place, kind, kindConfidence, ...(crowding !== undefined && { crowding }) }
}

/** The kinds of organs that are neither in a crowd at the foot, nor spur, nor flower. */
function lastingKinds(
  lasting: readonly Place[],
  { stemLength, typical, near }: KindContext,
  scores: readonly FlowerScore[],
): OrganOfKind[] {
  const lone = loneLeavesAtFoot(lasting, stemLength)
  const branches = lasting.filter(({ organ }) => branchSign(organ, typical) > 0)
  // the first fruit stands above the last branch
  const leavesUpTo = Math.max(-Infinity, ...branches.map(({ height }) => height)) + near
  return lasting.map((place, i) => {
    const { organ, height } = place
    const scored = scores.find((each) => each.organ === organ)
    if (i < lone) return organOfKind(place, 'rosette_leaf', -organ.shape.rise, scored)
    const [branch, leaf] = [branchSign(organ, typical), leafSign(organ)]
    if (branch > 0) return organOfKind(place, 'branch', branch, scored)
    if (height < leavesUpTo && leaf > 0) return organOfKind(place, 'cauline_leaf', leaf, scored)
    return organOfKind(place, 'fruit', scored ? -scored.score / 2 : -fatSign(organ), scored)
  })
}

/**
 * Above 0 of a spur: a path of the skeleton across the blade of a leaf or along the stem's surface,
 * short and bent, in the lower half of the stem. At its very foot, where the stem comes out of the
 * rosette, a longer one too, if more bent, and a straight one that is as fat as no fruit: there
 * spurs of generated plants are 0.3 to 0.65 typical organs long, and 0.16 to 0.49 fat.
 */
function spurSign(organ: Organ, { stemLength, typical }: KindContext): number {
  const { arcLength: height, length, shape } = organ
  const shorter = (most: number) => 1 - length / (most * typical)
  const bent = (straightest: number) => 1 - shape.straightness / straightest
  const signs = [
    ...(height < 0.5 * stemLength ? [Math.min(shorter(0.7), bent(0.85))] : []),
    ...(height < 0.1 * stemLength
      ? [Math.min(shorter(1.2), bent(0.72)), Math.min(shorter(0.7), fatSign(organ))]
      : []),
  ]
  return Math.max(-1, ...signs)
}

/** An organ longer than this many typical ones is no fruit, … */
const BRANCH_LENGTH = 2.5
/** … nor is one that is longer than this many and carries two or more organs itself. */
const BEARING_LENGTH = 1.3

/** Above 0 of a branch. */
function branchSign({ length, shape }: Organ, typical: number): number {
  const relative = length / typical
  return Math.max(
    relative / BRANCH_LENGTH - 1,
    Math.min(relative / BEARING_LENGTH - 1, (shape.twigs - 1) / 3),
  )
}

/** A blade droops: its tip stands no higher above its base than this share of its length. */
const DROOP = 0.45

/** Above 0 of a leaf, where nothing but leaves and branches stands. */
const leafSign = ({ shape }: Organ): number => 1 - shape.rise / DROOP
