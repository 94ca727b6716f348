// Angles and internodes: how the organs follow one another along the stem.
import { fullTurn } from '../angle.ts'
import { lengthOf } from '../skeleton/smoothed-curve.ts'
import type { TreeGraph } from '../tree/tree-graph.ts'
import { distance, type Vec3 } from '../linear.ts'
import { measureOrgan, type Organ } from './organ.ts'
import { organPaths, stemOf, type OrganPath, type Stem } from './organ-paths.ts'
import { StemCurve } from './stem-curve.ts'

export interface PhyllotaxisOptions {
  /** Shorter organs are left out, in the scan's unit; absent: relative to the plant's organs. */
  readonly leastLength?: number
  /** How far from the stem an organ's direction is taken, in the scan's unit; absent: relative. */
  readonly reach?: number
}

export interface Phyllotaxis {
  /** Degrees, 0 to 360, from each organ to the next, counter-clockwise seen from the stem's tip. */
  readonly angles: readonly number[]
  /** Arc length of stem from each organ to the next. */
  readonly internodes: readonly number[]
  /** From the base of the stem to its tip; one more than angles. */
  readonly organs: readonly Organ[]
  /** The axis of the stem from base to tip. */
  readonly stem: readonly Vec3[]
  /** How many organs at the foot of the stem crowd like leaves of a rosette; they are left out. */
  readonly rosette: number
  /** How many leaves, in whose axils other organs stand, are left out. */
  readonly leaves: number
  /** The way the genetic spiral climbs, seen from the tip: most angles are below or above 180°. */
  readonly spiral: 'counter-clockwise' | 'clockwise' | 'undetermined'
  /** The lengths that were used, in the scan's unit. */
  readonly scale: {
    readonly stemRadius: number
    readonly leastLength: number
    readonly reach: number
  }
}

/**
 * Smoothing of the stem's axis, as a share of a typical organ: 0.15 to 0.2 gave the best angles on
 * generated plants, up to 0.24 on the published real one. Not in radii of the stem, as masks that are
 * grown by more pixels thicken it.
 */
const BANDWIDTH = 0.21

/** Where organs are short, as buds are, the axis is smoothed over so many radii all the same. */
const LEAST_BANDWIDTH = 4

/**
 * Smoothing of the stem's direction, as a multiple of the axis's: a slope needs a wider window than
 * a position does (Fan & Gijbels, 1996). On generated plants whose stems wander like that of the
 * scanned real plant, by 15° within 40 mm, 1.5 gave the least errors; up to 2.6 as many steps were
 * right, at errors a tenth larger. Of that range, the published real plant is for the upper end:
 * by hand, a stem's direction is seen over some centimetres.
 */
const TANGENT_BANDWIDTH = 2.6

/**
 * The share of a typical organ, from the stem, that gives its insertion and direction: on the plant
 * that ROMI scanned, the 10 mm that ROMI takes. More makes straight organs surer, but organs turn
 * aside: those of that plant by about 15° up to their tips, as their skeletons show. On generated
 * plants that turn as much, 0.3 gave errors a tenth smaller, a half errors a fifth larger; on
 * straight ones a half was better by a tenth.
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
  const scale = { stemRadius, leastLength, reach }
  if (stem.points.length < 2)
    return {
      angles: [],
      internodes: [],
      organs: [],
      rosette: 0,
      leaves: 0,
      spiral: 'undetermined',
      stem: [],
      scale,
    }
  // where an organ has grown together with the stem the two are thick, and the axis is drawn to it
  const trust = stem.radii.map((r) => Math.min(1, (stemRadius / (r ?? stemRadius)) ** 3))
  const clearance = 1.25 * stemRadius + 1.3 * stepOf(stem)
  const bandwidth = Math.max(BANDWIDTH * typical, LEAST_BANDWIDTH * stemRadius)
  const tangentBandwidth = TANGENT_BANDWIDTH * bandwidth
  const curve = new StemCurve(stem.points, { bandwidth, tangentBandwidth, trust })
  const all = paths
    .filter((path) => path.length >= leastLength)
    .flatMap((path) => {
      const junction = curve.nearest(stem.points[path.stemRank]).s
      const organ = measureOrgan(path, curve, junction, { clearance, reach })
      return organ && organ.length >= leastLength ? [organ] : []
    })
    .sort((a, b) => a.height - b.height)
  const single = withoutLeaves(all, Math.max(4 * stemRadius, AXIL_HEIGHT * typical))
  const organs = aboveRosette(single, curve.length, typical)
  return {
    ...stepsBetween(organs),
    organs,
    rosette: single.length - organs.length,
    leaves: all.length - single.length,
    stem: drawn(curve, stemRadius),
    scale,
  }
}

/** The turns and distances between successive organs. */
export function stepsBetween(
  organs: readonly Organ[],
): Pick<Phyllotaxis, 'angles' | 'internodes' | 'spiral'> {
  const angles: number[] = []
  const internodes: number[] = []
  for (let i = 1; i < organs.length; i++) {
    angles.push(fullTurn(((organs[i].azimuth - organs[i - 1].azimuth) * 180) / Math.PI))
    internodes.push(organs[i].height - organs[i - 1].height)
  }
  const left = angles.filter((angle) => angle < 180).length
  const right = angles.filter((angle) => angle > 180).length
  const spiral = left > right ? 'counter-clockwise' : right > left ? 'clockwise' : 'undetermined'
  return { angles, internodes, spiral }
}

/** The curve as a polyline: a point every two radii. */
function drawn(curve: StemCurve, stemRadius: number): Vec3[] {
  const pieces = Math.max(1, Math.ceil(curve.length / (2 * stemRadius)))
  return Array.from({ length: pieces + 1 }, (_, i) => curve.at((curve.length * i) / pieces).point)
}

/** Below this turn, in degrees, two organs at one place are a leaf and what grows in its axil. */
const AXIL = 20
/** One place is at least so much of the stem, as a share of a typical organ. */
const AXIL_HEIGHT = 0.15

/**
 * Without the leaves: of two organs that leave one place in one direction the lower is a leaf and
 * the upper, a side branch or a fruit, stands in its axil. The two are one step of the phyllotaxis,
 * and its azimuth is the mean of both.
 *
 * @param organs by height
 */
function withoutLeaves(organs: readonly Organ[], near: number): Organ[] {
  const alike = Math.cos((AXIL * Math.PI) / 180)
  const isInAxil = (organ: Organ, leaf: Organ): boolean =>
    (organ.height - leaf.height < near || Math.abs(organ.junction - leaf.junction) < near) &&
    Math.cos(organ.azimuth - leaf.azimuth) > alike
  // of each organ, and of the leaves that were found below it
  const azimuths = organs.map(({ azimuth }) => [azimuth])
  const single: Organ[] = []
  for (const [i, organ] of organs.entries()) {
    const inAxil = [i + 1, i + 2].find((k) => k < organs.length && isInAxil(organs[k], organ))
    if (inAxil === undefined) single.push({ ...organ, azimuth: meanAngle(azimuths[i]) })
    else azimuths[inAxil].push(...azimuths[i])
  }
  return single
}

/** Of angles in radians; one alone is itself. */
function meanAngle(angles: readonly number[]): number {
  const [first] = angles
  const off = angles.map((angle) => Math.atan2(Math.sin(angle - first), Math.cos(angle - first)))
  return first + off.reduce((sum, each) => sum + each, 0) / angles.length
}

/** The distance between points along the stem, about the size of a voxel. */
function stepOf({ points }: Stem): number {
  const steps = points.slice(1).map((p, i) => distance(p, points[i]))
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0
}

/** So many organs within a window are leaves of the rosette. */
const CROWD = 4
/** That window, as a share of a typical organ. */
const CROWD_WINDOW = 0.3
/** The widest gap within a rosette, as a share of a typical organ. */
const ROSETTE_GAP = 0.5

/**
 * The organs above the highest crowd of those that follow one another closely from the foot of the
 * stem on, up to half its length.
 */
function aboveRosette(organs: readonly Organ[], stemLength: number, typical: number): Organ[] {
  let first = 0
  for (let i = 1; i < organs.length; i++) {
    const { height } = organs[i]
    if (height > 0.5 * stemLength || height - organs[i - 1].height > ROSETTE_GAP * typical) break
    if (i + 1 >= CROWD && height - organs[i + 1 - CROWD].height <= CROWD_WINDOW * typical)
      first = i + 1
  }
  return organs.slice(first)
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
