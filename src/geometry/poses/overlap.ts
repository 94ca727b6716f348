// Which views show the same: pairs that are worth comparing, told from where the cameras stand.
import { centreOf, pinholeOf, type Camera } from '../camera.ts'
import { DisjointSets } from '../graph/disjoint-sets.ts'
import { distance, dot, radiansPerDegree, type Vec3 } from '../linear.ts'

/** Two views, the smaller index first. */
export type Pair = readonly [a: number, b: number]

/** When two views are worth comparing. */
export interface OverlapOptions {
  /** In degrees; more between their lines of sight, and hardly a feature is recognised. */
  readonly maxAngle: number
  /** The least part of what one of them shows that both must show, 0 to 1. */
  readonly minShared: number
  /** How far, in degrees, a camera may be turned away from where it is said to look. */
  readonly slack: number
  /** Every view is paired with at least this many that come nearest to it. */
  readonly minPartners: number
}

/**
 * The pairs of views that show the same things from similar directions.
 *
 * A view with too few partners gets those that see the most of the same at the smallest angle; then
 * separate groups of views are joined, so that one reconstruction can hold them all.
 *
 * @param cameras roughly where they stand and look
 * @param points  of the space that is photographed
 * @returns in order
 * Cost: views² × points.
 */
export function overlappingPairs(
  cameras: readonly Camera[],
  points: readonly Vec3[],
  { maxAngle, minShared, slack, minPartners }: OverlapOptions,
): Pair[] {
  const sights = cameras.map((camera) => sightOf(camera, points, slack))
  const n = cameras.length
  const cost = new Float64Array(n * n)
  const chosen = new Set<number>()
  const limit = Math.cos(maxAngle * radiansPerDegree)
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const { shared, cosine } = comparedSights(sights[a], sights[b])
      if (shared > 0 && shared >= minShared && cosine >= limit) chosen.add(a * n + b)
      // first what can be compared at all, then the smaller angle
      cost[a * n + b] = cost[b * n + a] = 1 - cosine + (shared > 0 ? 0 : 2)
    }
  addNearest(chosen, cost, n, minPartners)
  joinGroups(chosen, cost, n)
  return sortedPairs(chosen, n)
}

/**
 * For each position the pairs with those nearest to it, as COLMAP's spatial matcher takes them.
 *
 * @param count       at most so many for each
 * @param maxDistance none farther than this
 */
export function nearestPairs(
  positions: readonly Vec3[],
  count: number,
  maxDistance: number,
): Pair[] {
  const n = positions.length
  const chosen = new Set<number>()
  for (let a = 0; a < n; a++) {
    const others = positions
      .map((position, b) => ({ b, far: distance(position, positions[a]) }))
      .filter(({ b, far }) => b !== a && far <= maxDistance)
      .sort((p, q) => p.far - q.far || p.b - q.b)
    for (const { b } of others.slice(0, count)) chosen.add(Math.min(a, b) * n + Math.max(a, b))
  }
  return sortedPairs(chosen, n)
}

/** Which points a camera shows, and in which direction each lies. */
interface Sight {
  readonly shows: Uint8Array
  readonly count: number
  /** Unit vectors from the camera to each point. */
  readonly rays: Float64Array
  readonly axis: Vec3
}

function sightOf(camera: Camera, points: readonly Vec3[], slack: number): Sight {
  const { rotmat: r, tvec: t, width, height } = camera
  const { fx, fy, cx, cy } = pinholeOf(camera)
  const centre = centreOf(camera)
  const halfWidth = Math.atan(Math.max(cx, width - cx) / fx) + slack * radiansPerDegree
  const halfHeight = Math.atan(Math.max(cy, height - cy) / fy) + slack * radiansPerDegree
  const shows = new Uint8Array(points.length)
  const rays = new Float64Array(3 * points.length)
  let count = 0
  points.forEach((point, i) => {
    const [dx, dy, dz] = [0, 1, 2].map((axis) => point[axis] - centre[axis])
    const length = Math.hypot(dx, dy, dz) || 1
    rays.set([dx / length, dy / length, dz / length], 3 * i)
    const row = (k: number): number =>
      r[k] * point[0] + r[k + 1] * point[1] + r[k + 2] * point[2] + t[k / 3]
    const depth = row(6)
    const isShown =
      Math.abs(Math.atan2(row(0), depth)) <= halfWidth &&
      Math.abs(Math.atan2(row(3), depth)) <= halfHeight
    if (isShown) count += shows[i] = 1
  })
  return { shows, count, rays, axis: [r[6], r[7], r[8]] }
}

/**
 * How much of what the narrower view shows both show, and the mean cosine of the angles between
 * their lines of sight there; between their axes, where that is nothing.
 */
function comparedSights(a: Sight, b: Sight): { shared: number; cosine: number } {
  let both = 0
  let sum = 0
  for (let i = 0; i < a.shows.length; i++) {
    if (a.shows[i] === 0 || b.shows[i] === 0) continue
    const k = 3 * i
    both++
    sum += a.rays[k] * b.rays[k] + a.rays[k + 1] * b.rays[k + 1] + a.rays[k + 2] * b.rays[k + 2]
  }
  return {
    shared: both / Math.max(1, Math.min(a.count, b.count)),
    cosine: both > 0 ? sum / both : dot(a.axis, b.axis),
  }
}

function addNearest(chosen: Set<number>, cost: Float64Array, n: number, count: number): void {
  for (let a = 0; a < n; a++) {
    const others = Array.from({ length: n }, (_, b) => b)
      .filter((b) => b !== a)
      .sort((p, q) => cost[a * n + p] - cost[a * n + q] || p - q)
    for (const b of others.slice(0, count)) chosen.add(Math.min(a, b) * n + Math.max(a, b))
  }
}

/** Joins groups that no pair connects by the cheapest pairs (Kruskal, 1956). */
function joinGroups(chosen: Set<number>, cost: Float64Array, n: number): void {
  const groups = new DisjointSets(n)
  for (const pair of chosen) groups.join(Math.floor(pair / n), pair % n)
  const rest: number[] = []
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) if (groups.of(a) !== groups.of(b)) rest.push(a * n + b)
  for (const pair of rest.sort((p, q) => cost[p] - cost[q] || p - q)) {
    if (groups.join(Math.floor(pair / n), pair % n)) chosen.add(pair)
  }
}

const sortedPairs = (chosen: ReadonlySet<number>, n: number): Pair[] =>
  [...chosen].sort((a, b) => a - b).map((pair) => [Math.floor(pair / n), pair % n])
