// The stem's axis as a smooth curve, and turns about it, against closed forms.
import { describe, expect, test } from 'vitest'
import { azimuth, StemCurve } from '../../src/geometry/phyllotaxis/stem-curve.ts'
import { measureOrgan } from '../../src/geometry/phyllotaxis/organ.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { seeded } from '../support/tube-plant.ts'

const radians = (degrees: number) => (degrees * Math.PI) / 180
const between = (a: number, b: number) => ((((b - a) % 360) + 540) % 360) - 180

/** An arc of a circle of radius 100 in the plane x, z, up to `turn` degrees from the vertical. */
const arc = (turn: number): Vec3[] =>
  Array.from({ length: 201 }, (_, i) => {
    const a = (radians(turn) * i) / 200
    return [100 * (1 - Math.cos(a)), 0, 100 * Math.sin(a)]
  })

describe('the curve', () => {
  test('through points of a line is the line, to its very ends', () => {
    const line = Array.from({ length: 50 }, (_, i): Vec3 => [i, 2 * i, 2 * i])
    const curve = new StemCurve(line, { bandwidth: 9 })
    expect(curve.length).toBeCloseTo(3 * 49, 9)
    for (const s of [0, 30, 60, 147]) {
      const { point, tangent } = curve.at(s)
      point.forEach((c, k) => expect(c).toBeCloseTo((s / 3) * [1, 2, 2][k], 9))
      tangent.forEach((c, k) => expect(c).toBeCloseTo([1, 2, 2][k] / 3, 9))
    }
  })

  test('takes the noise out of a line', () => {
    const random = seeded(5)
    const noisy = Array.from({ length: 300 }, (_, i): Vec3 => [random() - 0.5, random() - 0.5, i])
    const curve = new StemCurve(noisy, { bandwidth: 12 })
    for (let s = 20; s < 280; s += 5) {
      const [x, y] = curve.at(s).point
      expect(Math.hypot(x, y)).toBeLessThan(0.15)
    }
  })

  test('follows an arc, and finds the place nearest to a point', () => {
    const curve = new StemCurve(arc(60), { bandwidth: 4 })
    expect(curve.length).toBeCloseTo(100 * radians(60), 0)
    const place = curve.nearest([100 - 130 * Math.cos(radians(30)), 5, 130 * Math.sin(radians(30))])
    expect(place.s).toBeCloseTo(100 * radians(30), 0)
    expect(place.tangent[2]).toBeCloseTo(Math.cos(radians(30)), 2)
  })

  test('the curve has steadier directions with a wider window for them, through the same points', () => {
    const random = seeded(6)
    const noisy = Array.from({ length: 300 }, (_, i): Vec3 => [random() - 0.5, random() - 0.5, i])
    const [narrow, wide] = [{ bandwidth: 5 }, { bandwidth: 5, tangentBandwidth: 15 }].map(
      (smoothing) => new StemCurve(noisy, smoothing),
    )
    const places = Array.from({ length: 50 }, (_, i) => 20 + 5 * i)
    const tilt = (curve: StemCurve) =>
      places.reduce((sum, s) => sum + Math.acos(curve.at(s).tangent[2]), 0)
    expect(tilt(wide)).toBeLessThan(tilt(narrow) / 3)
    for (const s of places) expect(wide.at(s).point).toEqual(narrow.at(s).point)
  })

  test('the curve is not drawn aside where its points are not trusted', () => {
    const points = Array.from({ length: 100 }, (_, i): Vec3 => [i > 40 && i < 55 ? 3 : 0, 0, i])
    const trust = points.map(([x]) => (x > 0 ? 0 : 1))
    expect(new StemCurve(points, { bandwidth: 8, trust }).at(47).point[0]).toBeCloseTo(0, 6)
  })

  test('the curve of less than two points is refused', () => {
    expect(
      () =>
        new StemCurve(
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
          { bandwidth: 1 },
        ),
    ).toThrow(RangeError)
  })
})

describe('turns about the stem', () => {
  test.each([0, 20, 60, 110])(
    'turns about the stem are those about the local axis of a stem bent by %d°',
    (turn) => {
      const curve = new StemCurve(arc(turn === 0 ? 0.01 : turn), { bandwidth: 2 })
      const at = (share: number, degrees: number) => {
        const place = curve.at(share * curve.length)
        const [t, u] = [place.tangent, [place.tangent[2], 0, -place.tangent[0]]]
        // the frame of an arc in a plane: tangent, inward normal, and y
        const out: Vec3 = [
          Math.cos(radians(degrees)) * u[0] + t[0],
          Math.sin(radians(degrees)),
          Math.cos(radians(degrees)) * u[2] + t[2],
        ]
        return (azimuth(out, place) * 180) / Math.PI
      }
      for (const [low, high] of [
        [10, 147.5],
        [200, 340],
        [300, 40],
      ])
        expect(between(at(0.1, low), at(0.9, high))).toBeCloseTo(between(low, high), 1)
    },
  )

  test('turns about the stem are positive counter-clockwise seen from the tip: atan2((d × e)·s, d·e)', () => {
    const curve = new StemCurve(
      [
        [0, 0, 0],
        [0, 0, 50],
        [0, 0, 100],
      ],
      { bandwidth: 1 },
    )
    const [d, e]: [Vec3, Vec3] = [
      [1, 0, 0],
      [0, 1, 0],
    ]
    const turn = azimuth(e, curve.at(60)) - azimuth(d, curve.at(40))
    expect(between(0, (turn * 180) / Math.PI)).toBeCloseTo(90, 9)
  })
})

describe('an organ', () => {
  const curve = new StemCurve(
    Array.from({ length: 101 }, (_, z): Vec3 => [0, 0, z]),
    { bandwidth: 5 },
  )

  test.each([
    [30, 40],
    [45, 200],
    [90, 300],
    [120, 10],
  ])('inclined by %d° is traced back to where it leaves the axis', (inclination, degrees) => {
    const [side, up] = [Math.sin(radians(inclination)), Math.cos(radians(inclination))]
    const points = Array.from({ length: 25 }, (_, r): Vec3 => [
      r * side * Math.cos(radians(degrees)),
      r * side * Math.sin(radians(degrees)),
      50 + r * up,
    ])
    // its path begins on the stem, but where it has come clear of it
    const path = {
      stemRank: 54,
      points: [[0, 0, 54] as Vec3, ...points.slice(4)],
      length: 24,
      twigs: 0,
      shared: 0,
    }
    const organ = measureOrgan(path, curve, 54, { clearance: 3, reach: 12, step: 1 })
    expect(organ?.arcLength).toBeCloseTo(50, 6)
    expect(organ?.direction[2]).toBeCloseTo(up, 6)
    expect(organ?.length).toBeCloseTo(24, 6)
    const reference = (azimuth([1, 0, 0], curve.at(50)) * 180) / Math.PI
    const turned = ((organ?.azimuth ?? 0) * 180) / Math.PI
    expect(between(reference, turned)).toBeCloseTo(between(0, degrees), 6)
  })

  test('that clears the stem, touches it and leaves it elsewhere is measured where it leaves', () => {
    const detour: Vec3[] = [
      [0, 0, 50],
      [-4, 0, 50],
      [-4, 2, 51],
      [0, 2, 51],
    ]
    const beyond = Array.from({ length: 20 }, (_, r): Vec3 => [0, 4 + r, 51])
    const path = { stemRank: 50, points: [...detour, ...beyond], length: 32, twigs: 0, shared: 0 }
    const organ = measureOrgan(path, curve, 50, { clearance: 3, reach: 12, step: 1 })
    expect(organ?.points).toEqual(beyond.slice(0, 13))
    organ?.direction.forEach((c, k) => expect(c).toBeCloseTo([0, 1, 0][k], 6))
  })

  test('whose tip comes back to the stem soon is measured all the same', () => {
    const points: Vec3[] = [
      [0, 0, 50],
      [4, 0, 50],
      [5, 0, 51],
      [1, 0, 52],
    ]
    const organ = measureOrgan(
      { stemRank: 50, points, length: 10, twigs: 0, shared: 0 },
      curve,
      50,
      {
        clearance: 3,
        reach: 12,
        step: 1,
      },
    )
    expect(organ?.points).toEqual(points.slice(1, 3))
  })

  test('that never comes clear of the stem is none', () => {
    const path = {
      stemRank: 3,
      points: [[0, 0, 3] as Vec3, [1, 0, 4] as Vec3],
      length: 2,
      twigs: 0,
      shared: 0,
    }
    expect(measureOrgan(path, curve, 3, { clearance: 3, reach: 12, step: 1 })).toBeUndefined()
  })
})
