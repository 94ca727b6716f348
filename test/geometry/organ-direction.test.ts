// The direction of organs that bend: drawn points of known curves.
import { expect, test } from 'vitest'
import { degreesBetween, scale, unit, type Vec3 } from '../../src/geometry/linear.ts'
import { directionAtInsertion } from '../../src/geometry/phyllotaxis/organ-direction.ts'

const [step, length] = [0.5, 22]
const insertion: Vec3 = [3, -2, 50]

/** Points from 2 to 10 along a curve that leaves along x and has turned to y by so many degrees at its tip. */
function bent(degrees: number, offset = 0): Vec3[] {
  const curvature = (degrees * Math.PI) / 180 / length
  return Array.from({ length: 17 }, (_, i) => {
    const s = 2 + i / 2
    const y = (s * s * curvature) / 2 + offset
    return [insertion[0] + s, insertion[1] + y, insertion[2]] as Vec3
  })
}
const offX = (points: readonly Vec3[], sizes = { length, step }) =>
  degreesBetween(directionAtInsertion(points, insertion, sizes), [1, 0, 0])

test('a straight organ has its own direction, a single point that to it', () => {
  expect(offX(bent(0))).toBeCloseTo(0, 5)
  const [p] = bent(40)
  const away = unit([2, p[1] - insertion[1], 0])
  expect(directionAtInsertion([p], insertion, { length, step })).toEqual(away)
})

test('a bend near the stem is seen through in part, where the skeleton is fine', () => {
  // the mean of the directions to the points is 4.6° off
  expect(offX(bent(30))).toBeLessThan(4.1)
  // that a long branch bends as much within a few mm is not believed
  expect(offX(bent(30), { length: 10 * length, step })).toBeGreaterThan(4.4)
  // a coarse skeleton does not tell a bend from noise
  expect(offX(bent(30), { length, step: 3 })).toBeGreaterThan(4.4)
})

test('an axis that is off beside the insertion turns a direction little', () => {
  // by 0.15 of 2 mm where the organ has come clear of the stem: 4.3°
  expect(offX(bent(0, 0.15))).toBeLessThan(1.9)
})

test('the unit of length does not matter', () => {
  const inMm = directionAtInsertion(bent(30, 0.1), insertion, { length, step })
  const inCm = directionAtInsertion(
    bent(30, 0.1).map((p) => scale(p, 0.1)),
    scale(insertion, 0.1),
    { length: length / 10, step: step / 10 },
  )
  inCm.forEach((c, axis) => expect(c).toBeCloseTo(inMm[axis], 9))
})
