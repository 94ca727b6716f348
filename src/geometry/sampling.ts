// Points spread over a mesh: as many as asked for, the same for the same seed.
import { triangleAreas, triangleNormal, type TriangleMesh } from './mesh/mesh.ts'
import { random } from './random.ts'

/** Points on a mesh. */
export interface MeshSample {
  /** x, y, z of each point. */
  readonly points: Float64Array
  /** The unit normal of the triangle on which each point lies. */
  readonly normals: Float64Array
  /** That triangle's number. */
  readonly triangles: Uint32Array
}

/**
 * Spreads exactly `count` points over the surface, each part with its share by area.
 *
 * Stratified: the area, laid out triangle by triangle, is cut into `count` equal pieces, and each
 * gets one point at random. So no place is left bare, unlike with independent points. Within a
 * triangle: Turk, "Generating random points in triangles", 1990.
 *
 * @throws RangeError when the mesh has no area, or `count` is no whole number above 0
 */
export function sampleMesh(mesh: TriangleMesh, count: number, seed = 0): MeshSample {
  if (!(Number.isInteger(count) && count > 0))
    throw new RangeError(`${count} points: a whole number above 0 is needed`)
  const areas = triangleAreas(mesh)
  const total = areas.reduce((sum, area) => sum + area, 0)
  if (!(total > 0)) throw new RangeError('a mesh without area has no place for points')
  const draw = random(seed)
  const sample = {
    points: new Float64Array(3 * count),
    normals: new Float64Array(3 * count),
    triangles: new Uint32Array(count),
  }
  let triangle = 0
  let passed = 0
  for (let i = 0; i < count; i++) {
    const at = ((i + draw.uniform()) / count) * total
    // Rounding may put the last point beyond the last triangle, or on one without area.
    while ((at >= passed + areas[triangle] || areas[triangle] === 0) && triangle < areas.length - 1)
      passed += areas[triangle++]
    placeSample(mesh, triangle, Math.sqrt(draw.uniform()), draw.uniform(), sample, i)
  }
  return sample
}

/** Puts point `i` into a triangle: at `s` of the way from its first corner, `t` of the way across. */
function placeSample(
  mesh: TriangleMesh,
  triangle: number,
  s: number,
  t: number,
  sample: MeshSample,
  i: number,
): void {
  const { vertices: v, triangles } = mesh
  const [a, b, c] = triangles.subarray(3 * triangle, 3 * triangle + 3)
  const normal = new Float64Array(3)
  triangleNormal(mesh, triangle, normal)
  const length = Math.hypot(normal[0], normal[1], normal[2]) || 1
  for (let d = 0; d < 3; d++) {
    const corner = v[3 * a + d]
    const across = (1 - t) * (v[3 * b + d] - corner) + t * (v[3 * c + d] - corner)
    sample.points[3 * i + d] = corner + s * across
    sample.normals[3 * i + d] = normal[d] / length
  }
  sample.triangles[i] = triangle
}
