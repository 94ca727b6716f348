// The sparse voxel set against plain searches.
import { expect, test } from 'vitest'
import { boundaryDistances } from '../../src/geometry/skeleton/boundary-distance.ts'
import { bridgedWhole, connectedParts } from '../../src/geometry/skeleton/components.ts'
import {
  NEIGHBOURS,
  neighbourTable,
  STEPS,
  voxelsAbove,
  type VoxelSet,
} from '../../src/geometry/skeleton/voxel-set.ts'
import { seeded, TubeVoxels } from '../support/tube-plant.ts'

function randomGrid(share: number): VoxelSet {
  const random = seeded(7)
  const data = Float32Array.from({ length: 12 * 9 * 10 }, () => (random() < share ? 1 : -1))
  return voxelsAbove({ data, shape: [12, 9, 10], origin: [0, 0, 0], spacing: 1 })
}

const keyOf = (x: number, y: number, z: number) => `${x},${y},${z}`

function keys({ cells, count }: VoxelSet): Map<string, number> {
  return new Map(
    Array.from({ length: count }, (_, v) => [
      keyOf(cells[3 * v], cells[3 * v + 1], cells[3 * v + 2]),
      v,
    ]),
  )
}

test('the neighbour table names the voxel at every one of the 26 steps', () => {
  const voxels = randomGrid(0.5)
  const at = keys(voxels)
  const table = neighbourTable(voxels)
  for (let v = 0; v < voxels.count; v++)
    STEPS.forEach(([x, y, z], s) => {
      const [i, j, k] = voxels.cells.subarray(3 * v, 3 * v + 3)
      expect(table[NEIGHBOURS * v + s]).toBe(at.get(keyOf(i + x, j + y, k + z)) ?? -1)
    })
})

test.each([0.5, 0.9, 1])(
  'boundary distances are those of a search through all empty voxels (%f full)',
  (share) => {
    const voxels = randomGrid(share)
    const at = keys(voxels)
    const distances = boundaryDistances(voxels, neighbourTable(voxels))
    const empty: [number, number, number][] = []
    for (let x = -1; x <= 12; x++)
      for (let y = -1; y <= 9; y++)
        for (let z = -1; z <= 10; z++) if (!at.has(keyOf(x, y, z))) empty.push([x, y, z])
    for (let v = 0; v < voxels.count; v++) {
      const [i, j, k] = voxels.cells.subarray(3 * v, 3 * v + 3)
      const nearest = Math.min(...empty.map(([x, y, z]) => Math.hypot(x - i, y - j, z - k)))
      expect(distances[v]).toBeCloseTo(nearest, 12)
    }
  },
)

test('parts a few voxels apart are bridged, parts farther off are dropped', () => {
  const tubes = new TubeVoxels()
  tubes.add(
    [
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 2],
      [0, 0, 3],
    ],
    0.5,
  )
  tubes.add(
    [
      [0, 2, 6],
      [0, 2, 7],
    ],
    0.5,
  )
  tubes.add(
    [
      [0, 20, 0],
      [0, 20, 1],
    ],
    0.5,
  )
  const whole = bridgedWhole(tubes.voxels(), 3)
  expect(connectedParts(neighbourTable(whole)).count).toBe(1)
  expect(Math.max(...whole.cells.filter((_, i) => i % 3 === 1))).toBe(2)
  expect(whole.count).toBe(4 + 2 + 2)
})
