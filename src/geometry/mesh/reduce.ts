// A mesh with fewer triangles, for the eye: vertices that share a cell become one.
import type { TriangleMesh } from './mesh.ts'

/**
 * A mesh of at most so many triangles, found by cells that are as small as that allows; the mesh
 * itself if it has no more.
 *
 * Vertices of a cell become their mean, and triangles with two corners in a cell go. Thin parts get
 * coarse; measure nothing on it. Source: vertex clustering, Rossignac and Borrel, 1993.
 *
 * Cost: a pass over the mesh for each of about three sizes of cells.
 */
export function reducedMesh(mesh: TriangleMesh, most: number): TriangleMesh {
  if (mesh.triangles.length / 3 <= most) return mesh
  const { low, extent } = boxOfVertices(mesh.vertices)
  let best: TriangleMesh | undefined
  let cell = extent / Math.sqrt(Math.max(4, most))
  for (let turn = 0; turn < mostTurns; turn++) {
    const tried = clustered(mesh, low, cell)
    const count = tried.triangles.length / 3
    if (count <= most && count > (best?.triangles.length ?? -1) / 3) best = tried
    if (count <= most && count > NEAR * most) break
    // Triangles of a surface are as many as cells, and those go with the square of their size.
    const wanted = ((1 + NEAR) / 2) * most
    cell *= Math.min(8, Math.max(1 / 8, Math.sqrt(Math.max(1, count) / wanted)))
  }
  return best ?? clustered(mesh, low, extent)
}

/** The search ends at a mesh with this share of the triangles that are allowed, … */
const NEAR = 0.8
/** … or after this many turns: three are usual. */
const mostTurns = 8

function boxOfVertices(vertices: Float64Array): { low: number[]; extent: number } {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < vertices.length; i++) {
    const k = i % 3
    if (vertices[i] < low[k]) low[k] = vertices[i]
    if (vertices[i] > high[k]) high[k] = vertices[i]
  }
  return { low, extent: Math.max(...high.map((value, k) => value - low[k]), 1e-12) }
}

function clustered(mesh: TriangleMesh, low: readonly number[], cell: number): TriangleMesh {
  const { vertices, triangles } = mesh
  const numbers = new Map<number, number>()
  const ofVertex = new Uint32Array(vertices.length / 3)
  const sums: number[] = []
  const counts: number[] = []
  // Cells along an axis: few enough that three numbers are one exact one.
  const along = 2 ** 17
  const index = (i: number, k: number) =>
    Math.min(along - 1, Math.floor((vertices[i] - low[k]) / cell))
  for (let v = 0, i = 0; v < ofVertex.length; v++, i += 3) {
    const key = (index(i, 0) * along + index(i + 1, 1)) * along + index(i + 2, 2)
    let number = numbers.get(key)
    if (number === undefined) {
      numbers.set(key, (number = counts.length))
      counts.push(0)
      sums.push(0, 0, 0)
    }
    counts[number]++
    for (let k = 0; k < 3; k++) sums[3 * number + k] += vertices[i + k]
    ofVertex[v] = number
  }
  const kept: number[] = []
  for (let t = 0; t < triangles.length; t += 3) {
    const a = ofVertex[triangles[t]]
    const b = ofVertex[triangles[t + 1]]
    const c = ofVertex[triangles[t + 2]]
    if (a !== b && b !== c && c !== a) kept.push(a, b, c)
  }
  return {
    vertices: Float64Array.from(sums, (sum, i) => sum / counts[Math.floor(i / 3)]),
    triangles: Uint32Array.from(kept),
  }
}
