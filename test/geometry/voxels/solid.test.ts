// A labelled mesh as voxels, against what is inside by definition.
import { describe, expect, test } from 'vitest'
import {
  meshBuilder,
  type LabelledMesh,
} from '../../../src/geometry/virtual-plant/labelled-mesh.ts'
import { voxelAgreement } from '../../../src/geometry/voxels/agreement.ts'
import { gridOf, type Grid } from '../../../src/geometry/voxels/grid.ts'
import { solidOfLabel } from '../../../src/geometry/voxels/solid.ts'

type Corner = readonly [number, number, number]

/** Closed boxes between two corners, each a part of its own. */
function boxes(all: readonly (readonly [name: string, low: Corner, high: Corner])[]): LabelledMesh {
  const mesh = meshBuilder()
  for (const [name, low, high] of all) {
    mesh.part(name)
    const v = Array.from({ length: 8 }, (_, n) =>
      mesh.vertex((n & 1 ? high : low)[0], (n & 2 ? high : low)[1], (n & 4 ? high : low)[2]),
    )
    const sides = [
      [0, 2, 3, 1],
      [4, 5, 7, 6],
      [0, 1, 5, 4],
      [2, 6, 7, 3],
      [0, 4, 6, 2],
      [1, 3, 7, 5],
    ]
    for (const [a, b, c, d] of sides) {
      mesh.triangle(v[a], v[b], v[c])
      mesh.triangle(v[a], v[c], v[d])
    }
  }
  return mesh.mesh()
}

const grid: Grid = gridOf({ min: [-2.05, -3.05, -4.05], max: [4, 5, 6] }, 0.37)

function byDefinition(inside: (x: number, y: number, z: number) => boolean): Int8Array {
  const { shape, origin, spacing } = grid
  const data = new Int8Array(shape[0] * shape[1] * shape[2])
  let at = 0
  for (let i = 0; i < shape[0]; i++)
    for (let j = 0; j < shape[1]; j++)
      for (let k = 0; k < shape[2]; k++)
        data[at++] = inside(
          origin[0] + i * spacing,
          origin[1] + j * spacing,
          origin[2] + k * spacing,
        )
          ? 1
          : 0
  return data
}

const within =
  (low: Corner, high: Corner) =>
  (...p: number[]): boolean =>
    p.every((value, d) => value >= low[d] && value < high[d])

describe('solidOfLabel', () => {
  const low: Corner = [-0.91, -1.13, -2.2]
  const high: Corner = [1.3, 2.41, 3.17]

  test('marks the nodes inside the parts of its label, and no other', () => {
    const mesh = boxes([
      ['stem_1', low, high],
      ['leaf_1', [2, 2, 2], [3, 3, 3]],
    ])
    expect(solidOfLabel(mesh, 'stem', grid)).toEqual(byDefinition(within(low, high)))
    expect(solidOfLabel(mesh, 'leaf', grid)).toEqual(byDefinition(within([2, 2, 2], [3, 3, 3])))
    expect(solidOfLabel(mesh, 'fruit', grid).includes(1)).toBe(false)
  })

  test('parts that overlap are one body; what lies beyond the grid is left out', () => {
    const [a, b]: [Corner, Corner][] = [
      [
        [-9, -1, -9],
        [0.1, 1.1, 0.2],
      ],
      [
        [-0.5, -0.7, -1],
        [9, 9, 9],
      ],
    ]
    const mesh = boxes([
      ['stem_1', ...a],
      ['stem_2', ...b],
    ])
    const [inA, inB] = [within(...a), within(...b)]
    expect(solidOfLabel(mesh, 'stem', grid)).toEqual(
      byDefinition((x, y, z) => inA(x, y, z) || inB(x, y, z)),
    )
  })

  test('a sheet marks the nodes nearest to it', () => {
    const mesh = meshBuilder()
    mesh.part('leaf_1')
    const [p, q, r] = [mesh.vertex(-1, -1, 0.4), mesh.vertex(2, -1, 0.4), mesh.vertex(-1, 3, 0.4)]
    mesh.triangle(p, q, r)
    const marked = solidOfLabel(mesh.mesh(), 'leaf', grid)
    const levels = new Set<number>()
    marked.forEach((value, at) => value === 1 && levels.add(at % grid.shape[2]))
    expect([...levels]).toEqual([Math.round((0.4 - grid.origin[2]) / grid.spacing)])
    const area = 6
    const count = marked.reduce((sum, value) => sum + value, 0)
    expect(count * grid.spacing ** 2).toBeGreaterThan(area)
    expect(count * grid.spacing ** 2).toBeLessThan(1.6 * area)
  })
})

describe('voxelAgreement', () => {
  test('counts as a table of four, and gives the shares that follow', () => {
    expect(voxelAgreement([1, 1, 1, 0, 0, 0.4], [1, 0, 1, 1, 0, 0])).toEqual({
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 2,
      precision: 2 / 3,
      recall: 2 / 3,
      fScore: 2 / 3,
      intersectionOverUnion: 0.5,
    })
  })

  test('the agreement of no voxels is 0, and volumes of two lengths cannot be compared', () => {
    expect(voxelAgreement([0, 0], [0, 0])).toMatchObject({ precision: 0, recall: 0, fScore: 0 })
    expect(() => voxelAgreement([1], [1, 0])).toThrow(RangeError)
  })
})
