// Angles and internodes: how the organs follow one another along the stem.
import { fullTurn } from '../angle.ts'
import { lengthOf } from '../skeleton/smoothed-curve.ts'
import type { TreeGraph } from '../tree/tree-graph.ts'
import { add, distance, dot, scale, type Vec3 } from '../linear.ts'
import {
  correctOrgans,
  typicalInternode,
  type Corrected,
  type Correction,
  type CorrectionMark,
} from './corrections.ts'
import { kindsOf, type OrganKind, type OrganOfKind } from './kinds.ts'
import { measureOrgan, type Organ } from './organ.ts'
import { organPaths, stemOf, type OrganPath, type Stem } from './organ-paths.ts'
import { StemCurve } from './stem-curve.ts'

export interface PhyllotaxisOptions {
  /** Shorter organs are left out, in the scan's unit; absent: relative to the plant's organs. */
  readonly leastLength?: number
  /** How far from the stem an organ's direction is taken, in the scan's unit; absent: relative. */
  readonly reach?: number
  /** The kinds that are counted; absent: fruits, branches and cauline leaves. */
  readonly kinds?: readonly OrganKind[]
  /** Corrections by hand, in the axes and the unit of the scan; absent: none. */
  readonly corrections?: readonly Correction[]
}

/**
 * What is counted where nothing else is said: what the plant keeps. By hand, too, a cauline leaf
 * counts, as one with its branch.
 */
export const countedKinds: readonly OrganKind[] = ['fruit', 'branch', 'cauline_leaf']

/** An organ of the stem, with what it is. */
export interface StemOrgan
  extends Organ, Pick<OrganOfKind, 'kind' | 'kindConfidence' | 'crowding'> {
  /** Whether its kind is counted: angles and internodes are those between such organs. */
  readonly counted: boolean
  /** How many paths of the skeleton it is: a leaf with what stands in its axil is two. */
  readonly parts: number
  /** What a person corrected of it. */
  readonly corrected?: CorrectionMark
}

export interface Phyllotaxis {
  /** Degrees, 0 to 360, from each counted organ to the next, counter-clockwise seen from the stem's tip. */
  readonly angles: readonly number[]
  /** Arc length of stem from each counted organ to the next. */
  readonly internodes: readonly number[]
  /** All organs from the base of the stem to its tip; of those that are counted, one more than angles. */
  readonly organs: readonly StemOrgan[]
  /** The axis of the stem from base to tip. */
  readonly stem: readonly Vec3[]
  /** The way the genetic spiral climbs, seen from the tip: most angles are below or above 180°. */
  readonly spiral: 'counter-clockwise' | 'clockwise' | 'undetermined'
  /** The lengths that were used, in the scan's unit. */
  readonly scale: {
    readonly stemRadius: number
    readonly leastLength: number
    readonly reach: number
  }
  /** What became of corrections; absent where there are none. */
  readonly corrections?: Omit<Corrected<StemOrgan>, 'organs'>
}

/**
 * Smoothing of the stem's axis, as a share of a typical organ: 0.15 to 0.2 gave the best angles on
 * generated plants, up to 0.24 on the published real one. Not in radii of the stem, as masks that are
 * grown by more pixels thicken it.
 */
const BANDWIDTH = 0.21

/** Where organs are short, as buds are, the axis is still smoothed over this many radii. */
const LEAST_BANDWIDTH = 4

/**
 * Smoothing of the stem's direction, as a multiple of the axis's: a slope needs a wider window than
 * a position does (Fan & Gijbels, 1996). On generated plants whose stems wander like that of the
 * scanned real plant, by 15° within 40 mm, the errors of angles are a tenth larger at 1.75 than at 1,
 * a third larger at 2.6, where one or two in a hundred steps more are wrong. A person
 * sees a stem's direction over some centimetres, so it is the widest of those that are as good.
 */
const TANGENT_BANDWIDTH = 1.75

/**
 * The share of a typical organ, from the stem, that gives its insertion and direction: on the plant
 * that ROMI scanned, the 10 mm that ROMI takes. On generated plants whose organs turn aside, as those
 * of that plant do, up to 0.55 gave errors a twentieth smaller, 0.3 a twentieth larger; what lies
 * farther out tells less of how a real organ leaves the stem.
 */
const REACH = 0.375

/** Measures the organs of a plant and the steps between successive ones. */
export function phyllotaxis(graph: TreeGraph, options: PhyllotaxisOptions = {}): Phyllotaxis {
  const stem = stemOf(graph)
  const stemRadius = stemRadiusOf(stem)
  const paths = organPaths(graph, 6 * stemRadius, 6 * stemRadius)
  const typical = typicalLength(paths, stemRadius)
  const leastLength = options.leastLength ?? Math.max(4 * stemRadius, 0.3 * typical)
  const reach = options.reach ?? REACH * typical
  const lengths = { stemRadius, leastLength, reach }
  if (stem.points.length < 2)
    return {
      angles: [],
      internodes: [],
      organs: [],
      spiral: 'undetermined',
      stem: [],
      scale: lengths,
      ...(options.corrections && { corrections: noneMatched(options.corrections) }),
    }
  // where an organ has grown together with the stem the two are thick, and the axis is drawn to it
  const trust = stem.radii.map((r) => Math.min(1, (stemRadius / (r ?? stemRadius)) ** 3))
  const step = samplingStep(stem)
  const clearance = 1.25 * stemRadius + 1.3 * step
  const bandwidth = Math.max(BANDWIDTH * typical, LEAST_BANDWIDTH * stemRadius)
  const tangentBandwidth = TANGENT_BANDWIDTH * bandwidth
  const curve = new StemCurve(stem.points, { bandwidth, tangentBandwidth, trust })
  const all = paths
    .filter((path) => path.length >= leastLength)
    .flatMap((path) => {
      const junction = curve.nearest(stem.points[path.stemRank]).s
      const organ = measureOrgan(path, curve, junction, { clearance, reach, step })
      return organ && organ.length >= leastLength ? [organ] : []
    })
    .sort((a, b) => a.arcLength - b.arcLength)
  const near = Math.max(4 * stemRadius, ONE_PLACE * typical)
  const kinds = options.kinds ?? countedKinds
  const found = kindsOf(all, { stemLength: curve.length, typical, near }).map((organ) =>
    placedOrgan(organ, curve, kinds.includes(organ.kind)),
  )
  const { organs, ...corrections } = options.corrections
    ? corrected(found, options.corrections, curve, kinds)
    : { organs: found }
  return {
    ...stepsBetween(organs.filter(({ counted }) => counted)),
    organs,
    ...('outcomes' in corrections && { corrections }),
    stem: stemLine(curve, stemRadius),
    scale: lengths,
  }
}

/** An organ at its place, which it may share with a leaf. */
function placedOrgan(found: OrganOfKind, curve: StemCurve, counted: boolean): StemOrgan {
  const { organ, others, height, azimuth, kind, kindConfidence, crowding } = found
  return {
    ...organ,
    ...(others.length > 0 && { arcLength: height, azimuth, insertion: curve.at(height).point }),
    kind,
    kindConfidence,
    counted,
    parts: 1 + others.length,
    ...(crowding !== undefined && { crowding }),
  }
}

/** Organs as a person corrected them. */
function corrected(
  found: readonly StemOrgan[],
  corrections: readonly Correction[],
  curve: StemCurve,
  kinds: readonly OrganKind[],
): Corrected<StemOrgan> {
  const counted = found.filter((organ) => organ.counted).map(({ arcLength }) => arcLength)
  const internode = typicalInternode(counted, curve.length)
  const result = correctOrgans(found, corrections, curve, { internode }, (added) => ({
    ...added,
    junction: added.arcLength,
    shape: {
      straightness: 1,
      rise: dot(added.direction, curve.at(added.arcLength).tangent),
      twigs: 0,
    },
    confidence: 1,
    points: [added.insertion, add(added.insertion, scale(added.direction, added.length))],
    counted: true,
    parts: 1,
  }))
  const organs = result.organs.map((organ) => ({ ...organ, counted: kinds.includes(organ.kind) }))
  return { ...result, organs }
}

/** Without a stem nothing stands anywhere. */
const noneMatched = (corrections: readonly Correction[]): Phyllotaxis['corrections'] => ({
  removed: [],
  outcomes: corrections.map(({ id }) => ({ id, is: 'unmatched' })),
})

/** The turns and distances between successive organs. */
export function stepsBetween(
  organs: readonly Pick<Organ, 'azimuth' | 'arcLength'>[],
): Pick<Phyllotaxis, 'angles' | 'internodes' | 'spiral'> {
  const angles: number[] = []
  const internodes: number[] = []
  for (let i = 1; i < organs.length; i++) {
    angles.push(fullTurn(((organs[i].azimuth - organs[i - 1].azimuth) * 180) / Math.PI))
    internodes.push(organs[i].arcLength - organs[i - 1].arcLength)
  }
  const left = angles.filter((angle) => angle < 180).length
  const right = angles.filter((angle) => angle > 180).length
  const spiral = left > right ? 'counter-clockwise' : right > left ? 'clockwise' : 'undetermined'
  return { angles, internodes, spiral }
}

/** The curve as a polyline: a point every two radii. */
function stemLine(curve: StemCurve, stemRadius: number): Vec3[] {
  const pieces = Math.max(1, Math.ceil(curve.length / (2 * stemRadius)))
  return Array.from({ length: pieces + 1 }, (_, i) => curve.at((curve.length * i) / pieces).point)
}

/** One place is at least so much of the stem, as a share of a typical organ. */
const ONE_PLACE = 0.15

/** The distance between points along the stem, about the size of a voxel. */
function samplingStep({ points }: Stem): number {
  const steps = points
    .slice(1)
    .map((p, i) => distance(p, points[i]))
    .filter((step) => step > 0)
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0
}

/** The median radius of the stem; without radii, 1/300 of its length. */
function stemRadiusOf({ points, radii }: Stem): number {
  const known = radii.filter((r): r is number => r !== undefined && r > 0).sort((a, b) => a - b)
  if (known.length > 0) return known[known.length >> 1]
  return lengthOf(points) / 300
}

/** The median length of what is long enough to be an organ beyond doubt. */
function typicalLength(paths: readonly OrganPath[], stemRadius: number): number {
  const lengths = paths
    .map((path) => path.length)
    .filter((length) => length > 6 * stemRadius)
    .sort((a, b) => a - b)
  return lengths.length > 0 ? lengths[lengths.length >> 1] : 12 * stemRadius
}
