// The cylinder that fits points best.
import { random } from './random.ts'
import {
  add,
  along,
  cross,
  distance,
  dot,
  meanOf,
  norm,
  pointAt,
  scale,
  subtract,
  unit,
  type Vec3,
} from './linear.ts'
import { symmetricEigen } from './poses/similarity.ts'

/** An endless cylinder. */
export interface Cylinder {
  /** A point of its axis. */
  readonly centre: Vec3
  /** The direction of its axis, of unit length. */
  readonly axis: Vec3
  readonly radius: number
  /** Root mean square distance of the points from its surface. */
  readonly residual: number
}

/** Points spread evenly at random over the side of an upright cylinder that stands at the origin. */
export function cylinderPoints(
  radius: number,
  height: number,
  count: number,
  seed: number,
): { readonly points: Float64Array; readonly normals: Float64Array } {
  const draw = random(seed)
  const points = new Float64Array(3 * count)
  const normals = new Float64Array(3 * count)
  for (let i = 0; i < count; i++) {
    const turn = 2 * Math.PI * draw.uniform()
    const [x, y] = [Math.cos(turn), Math.sin(turn)]
    points.set([radius * x, radius * y, height * draw.uniform()], 3 * i)
    normals.set([x, y, 0], 3 * i)
  }
  return { points, normals }
}

/** More points than these are thinned out evenly: the radius does not change any more. */
const enoughPoints = 20_000
const newtonRounds = 50

/**
 * The cylinder from which points of a surface are least far off: least squares of their distances to
 * it, by Gauss–Newton from each of the three principal axes, the best of which is taken.
 *
 * @param points x, y, z of each, in any unit
 * @throws RangeError if fewer than six points are given, or all lie on one line
 * Source: Lukács, Martin & Marshall, "Faithful least-squares fitting of spheres, cylinders, cones and
 * tori for reliable segmentation", 1998.
 */
export function fitCylinder(points: Float64Array): Cylinder {
  const all = points.length / 3
  if (all < 6) throw new RangeError(`${all} points are too few for a cylinder: it takes six`)
  const step = Math.ceil(all / enoughPoints)
  const chosen = Array.from({ length: Math.ceil(all / step) }, (_, i) => pointAt(points, i * step))
  const centre = meanOf(chosen)
  const { values, vectors } = symmetricEigen(covarianceOf(chosen, centre), 3)
  if (!(values[1] > 1e-12 * values[0]))
    throw new RangeError('the points lie on one line: they tell no radius')
  const fits = vectors.map(([x, y, z]) => fitFrom(chosen, centre, [x, y, z]))
  return fits.reduce((best, fit) => (fit.residual < best.residual ? fit : best))
}

function covarianceOf(points: readonly Vec3[], centre: Vec3): Float64Array {
  const sums = new Float64Array(9)
  for (const point of points) {
    const d = subtract(point, centre)
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sums[3 * i + j] += d[i] * d[j]
  }
  return sums.map((sum) => sum / points.length)
}

function fitFrom(points: readonly Vec3[], start: Vec3, direction: Vec3): Cylinder {
  let centre = start
  let axis = unit(direction)
  let radius = meanRadius(points, centre, axis)
  let best = { centre, axis, radius, residual: residualOf(points, centre, axis, radius) }
  for (let round = 0; round < newtonRounds; round++) {
    const [u, v] = planeOf(axis)
    const [tu, tv, cu, cv, dr] = newtonStep(points, { centre, axis, radius }, u, v)
    axis = unit(add(axis, add(scale(u, tu), scale(v, tv))))
    centre = add(centre, add(scale(u, cu), scale(v, cv)))
    radius += dr
    const residual = residualOf(points, centre, axis, radius)
    if (!(residual < best.residual * (1 - 1e-12))) break
    best = { centre, axis, radius, residual }
  }
  return best
}

const meanRadius = (points: readonly Vec3[], centre: Vec3, axis: Vec3): number =>
  points.reduce((sum, point) => sum + fromAxis(point, centre, axis), 0) / points.length

function fromAxis(point: Vec3, centre: Vec3, axis: Vec3): number {
  const d = subtract(point, centre)
  return distance(d, scale(axis, dot(d, axis)))
}

function residualOf(points: readonly Vec3[], centre: Vec3, axis: Vec3, radius: number): number {
  let sum = 0
  for (const point of points) sum += (fromAxis(point, centre, axis) - radius) ** 2
  return Math.sqrt(sum / points.length)
}

/** Two unit vectors across an axis and each other. */
function planeOf(axis: Vec3): readonly [Vec3, Vec3] {
  const least = Math.abs(axis[0]) < 0.6 ? ([1, 0, 0] as const) : ([0, 1, 0] as const)
  const u = unit(cross(axis, least))
  return [u, cross(axis, u)]
}

/** One Gauss–Newton step: tilt along u and v, shift along u and v, growth of the radius. */
function newtonStep(
  points: readonly Vec3[],
  { centre, axis, radius }: Omit<Cylinder, 'residual'>,
  u: Vec3,
  v: Vec3,
): readonly number[] {
  const normal = new Float64Array(25)
  const right = new Float64Array(5)
  for (const point of points) {
    const d = subtract(point, centre)
    const height = dot(d, axis)
    const out = along(d, axis, -height)
    const far = norm(out)
    if (far === 0) continue
    const [outU, outV] = [dot(out, u) / far, dot(out, v) / far]
    const row = [-height * outU, -height * outV, -outU, -outV, -1]
    for (let i = 0; i < 5; i++) {
      right[i] -= row[i] * (far - radius)
      for (let j = 0; j < 5; j++) normal[5 * i + j] += row[i] * row[j]
    }
  }
  return solveSmall(normal, right)
}

/** Solves a symmetric system through its eigenvectors; directions that nothing tells stay at 0. */
function solveSmall(matrix: Float64Array, right: Float64Array): readonly number[] {
  const { values, vectors } = symmetricEigen(matrix, 5)
  const x = [0, 0, 0, 0, 0]
  vectors.forEach((vector, n) => {
    if (!(values[n] > 1e-12 * values[0])) return
    const part = vector.reduce((sum, value, i) => sum + value * right[i], 0) / values[n]
    vector.forEach((value, i) => (x[i] += part * value))
  })
  return x
}
