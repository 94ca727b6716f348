// Paths that run side by side through one limb of a solid.
import { describe, expect, test } from 'vitest'
import { boundaryDistances } from '../../src/geometry/skeleton/boundary-distance.ts'
import { Limbs } from '../../src/geometry/skeleton/limbs.ts'
import { neighbourTable, type VoxelSet } from '../../src/geometry/skeleton/voxel-set.ts'

type Cell = readonly [number, number, number]

/** A bar along z, 100 voxels long, so many wide in x and 4 in y. */
function bar(width: number) {
  const cells: Cell[] = []
  for (let x = 0; x < width; x++)
    for (let y = 0; y < 4; y++) for (let z = 0; z < 100; z++) cells.push([x, y, z])
  const voxels: VoxelSet = {
    count: cells.length,
    cells: Int32Array.from(cells.flat()),
    origin: [0, 0, 0],
    spacing: 1,
  }
  const neighbours = neighbourTable(voxels)
  const limbs = new Limbs(voxels, neighbours, boundaryDistances(voxels, neighbours))
  const at = (x: number, y: number, z: number) =>
    cells.findIndex((cell) => cell[0] === x && cell[1] === y && cell[2] === z)
  /** Straight down, `to` included. */
  const line = (x: number, y: number, from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, i) => at(x, y, from - i))
  return { limbs, at, line }
}

describe('in a stalk four voxels wide, with a branch along one of its middles', () => {
  const { limbs, at, line } = bar(4)
  limbs.add(Int32Array.from(line(2, 2, 99, 0)))
  const organ = [at(0, 1, 80)]

  test('a path that runs along the other middle ends where it comes there', () => {
    const path = [...organ, ...line(1, 1, 79, 20), at(2, 2, 19)]
    expect(limbs.withoutTwin(path)).toEqual([...organ, at(1, 1, 79), at(2, 2, 79)])
  })

  test('a path that soon meets the branch is left as it is', () => {
    const path = [...organ, ...line(1, 1, 79, 72), at(2, 2, 71)]
    expect(limbs.withoutTwin(path)).toBe(path)
  })

  test('a path to no branch is left as it is', () => {
    const path = line(0, 0, 99, 0)
    expect(limbs.withoutTwin(path)).toBe(path)
  })
})

test('of stalks that lie against each other, each keeps its path', () => {
  const { limbs, at, line } = bar(8)
  limbs.add(Int32Array.from(line(1, 1, 99, 0)))
  const path = [...line(6, 2, 99, 1), ...[5, 4, 3, 2].map((x) => at(x, 2, 1)), at(1, 1, 1)]
  expect(limbs.withoutTwin(path)).toBe(path)
})
