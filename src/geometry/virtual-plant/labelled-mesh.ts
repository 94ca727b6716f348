// A triangle mesh whose triangles belong to named parts.

/** Triangles with counter-clockwise corners seen from outside; parts follow one another. */
export interface LabelledMesh {
  /** x, y, z of each vertex; no vertex is shared between parts. */
  readonly vertices: Float64Array
  /** Three vertex indices a triangle. */
  readonly triangles: Uint32Array
  readonly parts: readonly Part[]
}

/** A run of triangles with one name, such as `fruit_07`. */
export interface Part {
  readonly name: string
  /** What the part is: the name up to its first `_`. */
  readonly label: string
  /** Index of its first triangle. */
  readonly first: number
  /** Number of its triangles. */
  readonly count: number
}

/** Gathers vertices and triangles, part by part. */
export interface MeshBuilder {
  /** Begins a part: the triangles that follow are its own. */
  part(name: string): void
  /** @returns the index of the new vertex */
  vertex(x: number, y: number, z: number): number
  triangle(a: number, b: number, c: number): void
  mesh(): LabelledMesh
}

/** An empty mesh to add to. */
export function meshBuilder(): MeshBuilder {
  const vertices: number[] = []
  const triangles: number[] = []
  const starts: { name: string; first: number }[] = []
  return {
    part(name) {
      starts.push({ name, first: triangles.length / 3 })
    },
    vertex(x, y, z) {
      return vertices.push(x, y, z) / 3 - 1
    },
    triangle(a, b, c) {
      triangles.push(a, b, c)
    },
    mesh() {
      const parts = starts.map(({ name, first }, i) => ({
        name,
        label: name.split('_', 1)[0],
        first,
        count: (starts[i + 1]?.first ?? triangles.length / 3) - first,
      }))
      return {
        vertices: Float64Array.from(vertices),
        triangles: Uint32Array.from(triangles),
        parts,
      }
    },
  }
}

/** True if each edge is walked once in each direction: no holes, so no back is ever seen. */
export function isClosed({ vertices, triangles }: LabelledMesh): boolean {
  const count = vertices.length / 3
  const edges = new Set<number>()
  for (let t = 0; t < triangles.length; t++) {
    const next = t % 3 === 2 ? t - 2 : t + 1
    edges.add(triangles[t] * count + triangles[next])
  }
  if (edges.size !== triangles.length) return false
  for (const edge of edges)
    if (!edges.has((edge % count) * count + Math.floor(edge / count))) return false
  return true
}
