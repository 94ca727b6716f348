// What of labelled voxels is plant.
import { expect, test } from 'vitest'
import { plantOf } from '../../tasks/artifacts/voxel-grid.ts'

const grid = { shape: [1, 1, 4], origin: [0, 0, 0], spacing: 1 } as const

test('of labels the largest value counts, but where the background is larger', () => {
  const layers = new Map([
    ['stem', Float32Array.of(0.9, 0.2, 0, 0.6)],
    ['background', Float32Array.of(0.1, 0.8, 1, 0.7)],
    ['fruit', Float32Array.of(0.3, 0.4, 0, 0.75)],
  ])
  expect([...plantOf({ grid, layers }).data]).toEqual([...Float32Array.of(0.9, 0, 0, 0.75)])
})

test('without labels all is', () => {
  const data = Int8Array.of(1, 0, -1, 1)
  expect(plantOf({ grid, layers: new Map([['voxels', data]]) }).data).toBe(data)
})
