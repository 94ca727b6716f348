// A sparse grid against a plain map of its nodes.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inside, outside, SparseGrid } from '../../../src/geometry/mesh/sparse-grid.ts'

const coordinate = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 131_071 }))
const node = fc.tuple(coordinate, coordinate, coordinate)

const claim = (grid: SparseGrid, [x, y, z]: readonly [number, number, number]): void =>
  grid.claim(grid.own(x >> 3, y >> 3, z >> 3) + 64 * (x & 7) + 8 * (y & 7) + (z & 7))

test('nodes that are claimed get slots one after the other, and keep them', () => {
  fc.assert(
    fc.property(fc.array(node, { maxLength: 300 }), fc.array(node), (claimed, others) => {
      const grid = new SparseGrid()
      const expected = new Map<string, number>()
      for (const place of claimed) {
        claim(grid, place)
        const name = place.join()
        if (!expected.has(name)) expected.set(name, expected.size)
      }
      expect(grid.slotCount).toBe(expected.size)
      for (const place of [...claimed, ...others])
        expect(grid.at(...place)).toBe(expected.get(place.join()) ?? outside)
    }),
  )
})

test('a block can be inside as a whole, and a node of it something else', () => {
  const grid = new SparseGrid()
  grid.markBlock(2, 3, 4, inside)
  expect(grid.at(16, 24, 32)).toBe(inside)
  expect(grid.at(23, 31, 39)).toBe(inside)
  expect(grid.at(24, 31, 39)).toBe(outside)
  expect(grid.slotsOf(grid.find(2, 3, 4))).toBe(inside)
  grid.mark(16, 24, 33, outside)
  expect(grid.at(16, 24, 33)).toBe(outside)
  expect(grid.at(16, 24, 32)).toBe(inside)
  claim(grid, [17, 24, 32])
  expect(grid.at(17, 24, 32)).toBe(0)
})

test('thousands of blocks are found again', () => {
  const grid = new SparseGrid()
  for (let i = 0; i < 5000; i++) grid.block(i % 17, (7 * i) % 1000, i)
  for (let i = 0; i < 5000; i++) {
    const block = grid.find(i % 17, (7 * i) % 1000, i)
    expect(block).toBe(i)
    expect(grid.placeOf(block)).toEqual([i % 17, (7 * i) % 1000, i])
  }
  expect(grid.find(20, 0, 0)).toBe(-1)
})
