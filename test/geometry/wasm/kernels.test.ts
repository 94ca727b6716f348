// The room that kernels are given, and what is said where there is none.
import { expect, test, vi } from 'vitest'
import { workspace } from '../../../src/geometry/wasm/kernels.ts'

test.each([[[10, 1, 0, 33]], [[1_000_000, 10]], [[5]]])(
  'each part of a workspace has its length for itself: %j',
  (lengths) => {
    const { memory, places } = workspace(...lengths)
    places.forEach((place, i) => {
      expect(place % 16).toBe(0)
      expect(place + lengths[i]).toBeLessThan(places[i + 1] ?? memory.length)
    })
  },
)

test('memory that was had is used again', () => {
  const { length } = workspace(3_000_000).memory
  expect(workspace(1).memory).toHaveLength(length)
})

test('very much memory is not kept', () => {
  const { memory, places } = workspace(40_000_000)
  expect(places[0] + 40_000_000).toBeLessThan(memory.length)
  expect(workspace(1).memory.length).toBeLessThan(40_000_000)
})

test('very much memory is used again while it is there', () => {
  const { buffer } = workspace(40_000_000).memory
  expect(workspace(39_000_000).memory.buffer).toBe(buffer)
})

test('what takes more than WebAssembly can address is told in GB', () => {
  expect(() => workspace(3e9, 2e9)).toThrow('5.0 GB at once, and WebAssembly has room for 4')
})

test('a thread that may not have the addresses for its memory says what to do', async () => {
  class Instance {
    constructor() {
      throw new RangeError('Cannot allocate Wasm memory for new instance')
    }
  }
  vi.resetModules()
  vi.stubGlobal('WebAssembly', { Module: Object, Instance })
  const fresh = await import('../../../src/geometry/wasm/kernels.ts')
  expect(() => fresh.workspace(1)).toThrow('ulimit -v')
  vi.unstubAllGlobals()
})
