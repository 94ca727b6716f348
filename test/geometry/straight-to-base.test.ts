// How a stem is followed down to its base.
import { expect, test } from 'vitest'
import { pointGraph } from '../../src/geometry/graph/forest.ts'
import { straightToBase } from '../../src/geometry/tree/main-stem.ts'

type Vec3 = [number, number, number]

/** The first of some points, and on from each to the next. */
class Lines {
  readonly points: Vec3[] = []
  readonly pairs: number[] = []

  /** @returns the numbers of the new points, in order, after that of the one they leave from */
  add(points: readonly Vec3[], from?: number): number[] {
    const path = from === undefined ? [] : [from]
    for (const point of points) {
      this.points.push(point)
      const last = path.at(-1)
      if (last !== undefined) this.pairs.push(last, this.points.length - 1)
      path.push(this.points.length - 1)
    }
    return path
  }
}

/** A stem of 200, upright above a height and turned aside by so many degrees below it. */
function bentStem(height: number, degrees: number) {
  const lines = new Lines()
  const slope = Math.tan((degrees * Math.PI) / 180)
  const stem = lines.add(
    Array.from({ length: 201 }, (_, z): Vec3 => [slope * Math.max(0, height - z), 0, z]),
  )
  return { lines, stem }
}

const toBase = ({ points, pairs }: Lines, path: readonly number[]) => {
  const coordinates = Float64Array.from(points.flat())
  return straightToBase(coordinates, pointGraph(coordinates, pairs), path)
}

test.each([0, 20, 30])(
  'a stem that turns by %d° is followed past a branch that begins below its branching',
  (degrees) => {
    const { lines, stem } = bentStem(60, degrees)
    const dip = Array.from({ length: 8 }, (_, i): Vec3 => [0, 0, 59 - i])
    const branch = Array.from({ length: 60 }, (_, i): Vec3 => [-1 - i, 0, 52 + i])
    lines.add([...dip, ...branch], stem[60])
    expect(toBase(lines, stem)).toEqual(stem)
  },
)

test('the way through a leaf that hangs from the stem to the ground is left', () => {
  const { lines, stem } = bentStem(0, 0)
  const leaf = Array.from({ length: 40 }, (_, i): Vec3 => [1 + 0.6 * i, 0, 39 - i])
  const hanging = lines.add(leaf, stem[40])
  const path = [...hanging.slice(1).reverse(), ...stem.slice(40)]
  expect(toBase(lines, path)).toEqual(stem)
})
