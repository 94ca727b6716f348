// Surfaces: meshing, nearest neighbours and the drift of skeletons, against the plain way.
import { checkMesh } from '../test/support/check-mesh.ts'
import { triangleAreas } from '../src/geometry/mesh/mesh.ts'
import type { OrientedCloud } from '../src/geometry/mesh/moving-least-squares.ts'
import { surfaceThroughPoints } from '../src/geometry/mesh/surface.ts'
import { surfaceOfVolume } from '../src/geometry/mesh/volume-surface.ts'
import { NeighbourTree } from '../src/geometry/neighbours.ts'
import { sampleMesh } from '../src/geometry/sampling.ts'
import { virtualPlant } from '../src/geometry/virtual-plant/virtual-plant.ts'
import { round, shortest, type Bench } from './bench.ts'

/** As many points as ROMI's virtual plant has at 0.1 cm. */
const many = 111_000
const few = 8_000

/** Points on a grown plant, and the distance between them. */
function plantCloud(count: number): { readonly cloud: OrientedCloud; readonly spacing: number } {
  const { mesh } = virtualPlant({ detail: 0.7 })
  const cloud = sampleMesh(mesh, count)
  const area = triangleAreas(mesh).reduce((sum, one) => sum + one, 0)
  return { cloud, spacing: Math.sqrt(area / count) }
}

/** Signed distance to the plane of the nearest point at each node of a full grid (Hoppe, 1992). */
function denseSurface({ points, normals }: OrientedCloud, spacing: number) {
  const tree = new NeighbourTree(points)
  const bound = (axis: number, pick: (...values: number[]) => number): number => {
    let found = points[axis]
    for (let i = axis; i < points.length; i += 3) found = pick(found, points[i])
    return found
  }
  const origin = [0, 1, 2].map((axis) => bound(axis, Math.min) - 3 * spacing)
  const shape = [0, 1, 2].map((axis) =>
    Math.ceil((bound(axis, Math.max) + 3 * spacing - origin[axis]) / spacing),
  )
  const data = new Float32Array(shape[0] * shape[1] * shape[2])
  for (let i = 0; i < data.length; i++) {
    const z = origin[2] + spacing * (i % shape[2])
    const y = origin[1] + spacing * (Math.floor(i / shape[2]) % shape[1])
    const x = origin[0] + spacing * Math.floor(i / shape[2] / shape[1])
    const p = 3 * tree.nearest(x, y, z)
    data[i] =
      (points[p] - x) * normals[p] +
      (points[p + 1] - y) * normals[p + 1] +
      (points[p + 2] - z) * normals[p + 2]
  }
  const [ox, oy, oz] = origin
  const [nx, ny, nz] = shape
  return surfaceOfVolume({ data, shape: [nx, ny, nz], origin: [ox, oy, oz], spacing }, 0)
}

function bruteNearest(points: Float64Array, x: number, y: number, z: number): number {
  let best = Infinity
  for (let i = 0; i < points.length; i += 3)
    best = Math.min(
      best,
      (points[i] - x) ** 2 + (points[i + 1] - y) ** 2 + (points[i + 2] - z) ** 2,
    )
  return best
}

const bench: Bench = async (report) => {
  const large = plantCloud(many)
  const small = plantCloud(few)
  const mesh = await surfaceThroughPoints(large.cloud, large.spacing)
  const check = checkMesh(mesh)
  const ms = await shortest(3, () => surfaceThroughPoints(large.cloud, large.spacing))
  report({
    what: 'surface through points',
    points: many,
    triangles: mesh.triangles.length / 3,
    'bad edges': check.badEdges,
    ms: round(ms),
  })

  const ours = await shortest(3, () => surfaceThroughPoints(small.cloud, small.spacing))
  const dense = await shortest(1, () => denseSurface(small.cloud, small.spacing))
  report({
    what: 'surface through points',
    points: few,
    ms: round(ours),
    baseline: 'nearest plane on a full grid',
    'its ms': round(dense),
    ratio: round(ours / dense),
  })

  const { points } = large.cloud
  const asked = points.subarray(0, 3000).map((value) => value + 0.3)
  const tree = new NeighbourTree(points)
  const queries = (nearest: (x: number, y: number, z: number) => number) => () => {
    for (let i = 0; i < asked.length; i += 3) nearest(asked[i], asked[i + 1], asked[i + 2])
  }
  const built = await shortest(3, () => new NeighbourTree(points))
  const found = await shortest(
    3,
    queries((x, y, z) => tree.nearest(x, y, z)),
  )
  const searched = await shortest(
    1,
    queries((x, y, z) => bruteNearest(points, x, y, z)),
  )
  report({
    what: '1000 nearest neighbours',
    points: many,
    'build ms': round(built),
    ms: round(found),
    baseline: 'all points looked at',
    'its ms': round(searched),
    ratio: round(found / searched),
  })
}

export default bench
