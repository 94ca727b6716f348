// Smoothing that does not shrink a mesh.
import type { TriangleMesh } from './mesh.ts'

/** Taubin's pass band: what is longer than about ten edges stays, what is shorter goes. */
const forward = 0.5
const back = -0.53

/**
 * Evens out steps as voxels leave them, without shrinking.
 *
 * Each round moves every vertex half-way to the mean of its neighbours, then a little more than half
 * back. Source: Taubin, "A signal processing approach to fair surface design", 1995, section 3.
 * Triangles stay what they are, so a closed mesh stays closed.
 */
export function smoothed(mesh: TriangleMesh, rounds: number): TriangleMesh {
  let vertices = mesh.vertices.slice()
  const valences = new Uint32Array(vertices.length / 3)
  for (const vertex of mesh.triangles) valences[vertex]++
  for (let round = 0; round < rounds; round++)
    for (const step of [forward, back])
      vertices = smoothingStep(vertices, mesh.triangles, valences, step)
  return { vertices, triangles: mesh.triangles }
}

function smoothingStep(
  vertices: Float64Array<ArrayBuffer>,
  triangles: Uint32Array,
  valences: Uint32Array,
  step: number,
): Float64Array<ArrayBuffer> {
  const sums = new Float64Array(vertices.length)
  // In a closed mesh each neighbour follows a vertex in exactly one triangle.
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const from = 3 * triangles[t + ((k + 1) % 3)]
      const to = 3 * triangles[t + k]
      for (let d = 0; d < 3; d++) sums[to + d] += vertices[from + d]
    }
  return vertices.map((value, i) => {
    const valence = valences[Math.floor(i / 3)]
    return valence === 0 ? value : value + step * (sums[i] / valence - value)
  })
}
