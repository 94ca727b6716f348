// What a lens has bent comes back straight, and beyond its fold nothing comes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distort, type Lens } from '../../src/geometry/lens.ts'
import { undistort } from '../../src/geometry/lens-inverse.ts'

const brown = (k1: number, k2: number, p1 = 0, p2 = 0, k3 = 0): Lens => ({
  is: 'brown',
  fx: 500,
  fy: 500,
  cx: 320,
  cy: 240,
  k: [k1, k2, k3],
  p1,
  p2,
})
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const anyStrongLens = fc
  .tuple(
    between(-0.6, 0.4),
    between(-0.3, 0.3),
    between(-2e-3, 2e-3),
    between(-2e-3, 2e-3),
    fc.constantFrom(0, -0.1, 0.1),
  )
  .map((coefficients) => brown(...coefficients))

function bent(lens: Lens, x: number, y: number): [number, number] {
  const out = new Float64Array(2)
  distort(lens, x, y, out)
  return [out[0], out[1]]
}

/** How far out a lens shows what it sees in a direction, by looking at every hundredth. */
function edgeOf(lens: Lens, x: number, y: number, end = 3): number {
  const at = new Float64Array(6)
  for (let r = 0.01; r < end; r += 0.01) {
    distort(lens, x * r, y * r, at)
    if (!(at[2] * at[5] - at[3] * at[4] > 0)) return r - 0.01
  }
  return end
}

describe('undistorting', () => {
  test('finds every ray within the fold', () => {
    fc.assert(
      fc.property(
        anyStrongLens,
        between(-Math.PI, Math.PI),
        between(0, 0.95),
        (lens, angle, share) => {
          const [x, y] = [Math.cos(angle), Math.sin(angle)]
          const r = share * edgeOf(lens, x, y)
          const found = undistort(lens, ...bent(lens, x * r, y * r))
          expect(found?.[0]).toBeCloseTo(x * r, 8)
          expect(found?.[1]).toBeCloseTo(y * r, 8)
        },
      ),
      { numRuns: 1000 },
    )
  })

  test('finds no ray but those within the fold', () => {
    fc.assert(
      fc.property(anyStrongLens, between(-3, 3), between(-3, 3), (lens, x, y) => {
        const found = undistort(lens, x, y)
        if (!found) return
        expect(bent(lens, ...found)[0]).toBeCloseTo(x, 10)
        expect(bent(lens, ...found)[1]).toBeCloseTo(y, 10)
        const r = Math.hypot(...found)
        expect(r).toBeLessThanOrEqual(edgeOf(lens, found[0] / r, found[1] / r, 30) + 0.011)
      }),
      { numRuns: 1000 },
    )
  })

  test('undistorting of a strong barrel shows nothing that lies further out than its fold', () => {
    // r·(1 − 0.3·r²) is greatest at r = 1/√0.9, where it is 0.7027; further out it falls, to the
    // other side of the axis: a ray at −2.28 would be shown at 1.28
    for (const lens of [brown(-0.3, 0), brown(-0.3, 0, 1e-4, -1e-4)])
      for (let angle = 0; angle < 6.3; angle += 0.1) {
        const [x, y] = [Math.cos(angle), Math.sin(angle)]
        expect(undistort(lens, 0.7 * x, 0.7 * y)).toBeDefined()
        for (let r = 0.71; r < 20; r *= 1.1) expect(undistort(lens, r * x, r * y)).toBeUndefined()
      }
  })

  test('undistorting of the middle of the picture is the axis, unless the lens is decentred', () => {
    expect(undistort(brown(-0.3, 0), 0, 0)).toEqual([0, 0])
    const [x, y] = undistort(brown(-0.3, 0, 1e-3, 1e-3), 0, 0)!
    expect(x).toBeCloseTo(0, 12)
    expect(y).toBeCloseTo(0, 12)
  })
})
