// Is a mesh a closed, oriented manifold? What tests and benches ask of it.
import { componentsOf, type TriangleMesh } from '../../src/geometry/mesh/mesh.ts'

/** What is true of a mesh's edges, vertices and shape. */
export interface MeshCheck {
  /** Directed edges whose opposite does not occur, or that occur more than once: 0 when closed. */
  readonly badEdges: number
  /** Vertices whose triangles form more than one fan: 0 in a manifold. */
  readonly badVertices: number
  /** Vertices that no triangle uses. */
  readonly strayVertices: number
  /** Pieces that hang together. */
  readonly components: number
  /** Vertices - edges + triangles (Euler): 2 for each sphere, 0 for each torus. */
  readonly eulerCharacteristic: number
}

/** Examines a mesh. Closed, oriented and manifold means: no bad edges and no bad vertices. */
export function checkMesh(mesh: TriangleMesh): MeshCheck {
  const { triangles } = mesh
  const vertices = mesh.vertices.length / 3
  const directed = new Map<number, number>()
  const fans = new Map<number, number>()
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]
      const b = triangles[t + ((k + 1) % 3)]
      directed.set(a * vertices + b, (directed.get(a * vertices + b) ?? 0) + 1)
      // About vertex a, the fan goes on from b to the third corner.
      fans.set(a * vertices + b, triangles[t + ((k + 2) % 3)])
    }
  let badEdges = 0
  for (const [key, times] of directed) {
    const a = Math.floor(key / vertices)
    const b = key - a * vertices
    if (times > 1 || directed.get(b * vertices + a) !== 1) badEdges++
  }
  const uses = new Uint32Array(vertices)
  const first = new Int32Array(vertices).fill(-1)
  for (let k = 0; k < triangles.length; k++) {
    uses[triangles[k]]++
    first[triangles[k]] = triangles[3 * Math.floor(k / 3) + ((k + 1) % 3)]
  }
  let badVertices = 0
  let strayVertices = 0
  for (let a = 0; a < vertices; a++) {
    if (uses[a] === 0) strayVertices++
    else if (fanSize(a, first[a], vertices, fans) !== uses[a]) badVertices++
  }
  return {
    badEdges,
    badVertices,
    strayVertices,
    components: componentsOf(mesh).count,
    eulerCharacteristic: vertices - strayVertices - directed.size / 2 + triangles.length / 3,
  }
}

/** How many triangles one passes on the way about vertex `a`, starting at its neighbour `start`. */
function fanSize(
  a: number,
  start: number,
  vertices: number,
  fans: ReadonlyMap<number, number>,
): number {
  let size = 0
  let b: number | undefined = start
  do {
    b = fans.get(a * vertices + b)
    size++
  } while (b !== undefined && b !== start && size <= fans.size)
  return b === start ? size : -1
}
