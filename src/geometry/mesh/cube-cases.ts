// How a surface can pass through a cube whose corners are inside or outside: the 256 cases.

/** The two corners of each of the cube's 12 edges; corner number = x + 2 y + 4 z. */
export const edgeCorners: readonly (readonly [number, number])[] = [0, 1, 2].flatMap((axis) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .filter((corner) => !(corner & (1 << axis)))
    .map((corner) => [corner, corner | (1 << axis)] as const),
)

/** The corners of each face, counter-clockwise as seen from outside the cube. */
const faces: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const u = 1 << ((axis + 1) % 3)
  const v = 1 << ((axis + 2) % 3)
  const near = [0, v, u | v, u]
  const far = [0, u, u | v, v].map((corner) => corner | (1 << axis))
  return [near, far]
})

const edgeBetween = (a: number, b: number): number =>
  edgeCorners.findIndex(([low, high]) => low === Math.min(a, b) && high === Math.max(a, b))

/** Edges whose crossings lie on one face: a line between them would lie in that face. */
const inOneFace = edgeCorners.map((first) =>
  edgeCorners.map((second) =>
    faces.some((face) => [...first, ...second].every((corner) => face.includes(corner))),
  ),
)

/**
 * The closed lines in which the surface leaves the cube, as lists of edges.
 *
 * On each face a line runs from where one leaves the inside to where one next enters it. On a face
 * with opposite corners inside that joins the inside and keeps the outside apart, and the two cubes
 * that share the face agree: so the surface has no gaps, whichever cubes meet.
 */
function loops(inside: number): number[][] {
  const next = new Map<number, number>()
  for (const face of faces) {
    const isIn = face.map((corner) => (inside >> corner) & 1)
    for (let k = 0; k < 4; k++) {
      if (!isIn[k] || isIn[(k + 1) % 4]) continue
      let entry = k + 1
      while (isIn[entry % 4] || !isIn[(entry + 1) % 4]) entry++
      next.set(edgeOf(face, k), edgeOf(face, entry))
    }
  }
  const found: number[][] = []
  while (next.size > 0) {
    const loop: number[] = []
    let edge = [...next.keys()][0]
    for (let to = next.get(edge); to !== undefined; to = next.get(edge)) {
      loop.push(edge)
      next.delete(edge)
      edge = to
    }
    found.push(loop)
  }
  return found
}

const edgeOf = (face: readonly number[], k: number): number =>
  edgeBetween(face[k % 4], face[(k + 1) % 4])

/**
 * Cuts a loop into triangles without a line in a face of the cube, where the neighbouring cube may
 * have the same line: that would put four triangles on one edge.
 */
function splitLoop(loop: readonly number[]): number[] | undefined {
  if (loop.length < 3) return []
  for (let k = 1; k + 1 < loop.length; k++) {
    const isFree = (i: number, j: number): boolean =>
      j - i === 1 || j - i === loop.length - 1 || !inOneFace[loop[i]][loop[j]]
    if (!isFree(0, k) || !isFree(k, loop.length - 1)) continue
    const left = splitLoop(loop.slice(0, k + 1))
    const right = splitLoop(loop.slice(k))
    if (left && right) return [...left, ...right, loop[0], loop[loop.length - 1], loop[k]]
  }
  return undefined
}

function triangles(inside: number): number[] {
  return loops(inside).flatMap((loop) => {
    const found = splitLoop(loop)
    if (!found) throw new Error(`no triangles for case ${inside}`)
    return found
  })
}

/**
 * The triangles of each case, three edges each; bit k of the case = corner k is inside.
 *
 * After Lorensen & Cline (1987), with the faces' ambiguity settled as Nielson & Hamann (1991) ask
 * for: the same way from both sides. The triangles face outward.
 */
export const cubeTriangles = (): readonly Uint8Array[] =>
  (cases ??= Array.from({ length: 256 }, (_, inside) => Uint8Array.from(triangles(inside))))

/** Found when they are first asked for: finding them takes longer than loading all else of meshes. */
let cases: readonly Uint8Array[] | undefined
