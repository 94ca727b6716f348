// The 256 ways through a cube: complete, and consistent between neighbours.
import { expect, test } from 'vitest'
import { cubeTriangles, edgeCorners } from '../../../src/geometry/mesh/cube-cases.ts'

const isCrossed = (inside: number, edge: number): boolean => {
  const [a, b] = edgeCorners[edge]
  return ((inside >> a) & 1) !== ((inside >> b) & 1)
}

/** Directed edges between crossings that have no opposite within the cube: its border lines. */
function border(inside: number): string[] {
  const lines = new Set<string>()
  const triangles = cubeTriangles()[inside]
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const [a, b] = [triangles[t + k], triangles[t + ((k + 1) % 3)]]
      if (!lines.delete(`${b}-${a}`)) lines.add(`${a}-${b}`)
    }
  return [...lines]
}

/** The border lines on the face at the given end of an axis, named by where they cross that face. */
function onFace(inside: number, axis: number, end: 0 | 1): string[] {
  const without = (edge: number): string =>
    edgeCorners[edge].map((corner) => corner & ~(1 << axis)).join()
  const isThere = (edge: number): boolean =>
    edgeCorners[edge].every((corner) => ((corner >> axis) & 1) === end)
  return border(inside)
    .map((line) => line.split('-').map(Number))
    .filter((line) => line.every(isThere))
    .map(([a, b]) => `${without(a)}-${without(b)}`)
    .sort()
}

test('each case uses the crossed edges, all of them, and no other', () => {
  for (let inside = 0; inside < 256; inside++) {
    const used = new Set(cubeTriangles()[inside])
    const crossed = edgeCorners.map((_, edge) => edge).filter((edge) => isCrossed(inside, edge))
    expect([...used].sort((a, b) => a - b)).toEqual(crossed)
  }
})

test('all border lines lie in faces of the cube, and no inner line does', () => {
  for (let inside = 0; inside < 256; inside++) {
    const faces = [0, 1, 2].flatMap((axis) => [onFace(inside, axis, 0), onFace(inside, axis, 1)])
    expect(faces.flat().length).toBe(border(inside).length)
  }
})

test('two cubes that share a face draw the same lines on it, in opposite directions', () => {
  for (let axis = 0; axis < 3; axis++)
    for (let low = 0; low < 256; low++)
      for (let high = 0; high < 256; high++) {
        const bit = 1 << axis
        const isShared = [0, 1, 2, 3, 4, 5, 6, 7]
          .filter((corner) => !(corner & bit))
          .every((corner) => ((low >> (corner | bit)) & 1) === ((high >> corner) & 1))
        if (!isShared) continue
        const reversed = onFace(high, axis, 0).map((line) => line.split('-').reverse().join('-'))
        expect(onFace(low, axis, 1)).toEqual(reversed.sort())
      }
})
