// Did you mean …?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editDistance, nearest } from '../../src/pipeline/suggest.ts'

describe('the distance of two words', () => {
  test.each([
    ['', 'abc', 3],
    ['treshold', 'threshold', 1],
    ['Makss', 'Masks', 1],
    ['kitten', 'sitting', 3],
  ])('the distance of two words from %s to %s is %i edits', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits)
  })

  test('the distance of two words is a count of edits: none for the same word, the same both ways, at most the longer', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const edits = editDistance(a, b)
        expect(edits === 0).toBe(a === b)
        expect(editDistance(b, a)).toBe(edits)
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length))
        expect(edits).toBeGreaterThanOrEqual(Math.abs(a.length - b.length))
      }),
    )
  })
})

describe('the nearest name', () => {
  test('the nearest name is found whatever the case, and the first of equals wins', () => {
    expect(nearest('masks', ['Voxels', 'Masks'])).toBe('Masks')
    expect(nearest('ab', ['ac', 'ad'])).toBe('ac')
  })

  test('the nearest name is none where nothing is near', () => {
    expect(nearest('Frobnicate', ['Masks', 'Voxels'])).toBeUndefined()
    expect(nearest('x', [])).toBeUndefined()
  })
})
