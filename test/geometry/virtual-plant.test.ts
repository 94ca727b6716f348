// Virtual plants: closed surfaces, and a truth that holds for the surface itself.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isClosed,
  type LabelledMesh,
  type Part,
} from '../../src/geometry/virtual-plant/labelled-mesh.ts'
import { arabidopsis } from '../../src/geometry/virtual-plant/parameters.ts'
import { arrangement } from '../../src/geometry/virtual-plant/phyllotaxis.ts'
import { virtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'

type Point = readonly [number, number, number]

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
const length = (a: Point): number => Math.hypot(...a)

function vertex(mesh: LabelledMesh, i: number): Point {
  return [mesh.vertices[3 * i], mesh.vertices[3 * i + 1], mesh.vertices[3 * i + 2]]
}

function verticesOf(mesh: LabelledMesh, part: Part): Point[] {
  const corners = mesh.triangles.subarray(3 * part.first, 3 * (part.first + part.count))
  return [...new Set(corners)].map((i) => vertex(mesh, i))
}

function partNamed(mesh: LabelledMesh, name: string): Part {
  const part = mesh.parts.find((candidate) => candidate.name === name)
  if (!part) throw new Error(`no part ${name}`)
  return part
}

function centroid(points: readonly Point[]): Point {
  const sum = [0, 0, 0]
  for (const p of points) for (let k = 0; k < 3; k++) sum[k] += p[k] / points.length
  return [sum[0], sum[1], sum[2]]
}

/** Six times the volume is the sum of the determinants of a closed surface's triangles. */
function volume(mesh: LabelledMesh, part: Part): number {
  let sum = 0
  for (let t = part.first; t < part.first + part.count; t++) {
    const [a, b, c] = [0, 1, 2].map((k) => vertex(mesh, mesh.triangles[3 * t + k]))
    sum +=
      a[0] * (b[1] * c[2] - b[2] * c[1]) +
      a[1] * (b[2] * c[0] - b[0] * c[2]) +
      a[2] * (b[0] * c[1] - b[1] * c[0])
  }
  return sum / 6
}

describe('the surface', () => {
  const { mesh } = virtualPlant({ seed: 5, branches: 1 })

  test('the surface is closed: each edge is walked once in each direction', () => {
    const edges = new Set<string>()
    for (let t = 0; t < mesh.triangles.length; t += 3) {
      for (let k = 0; k < 3; k++)
        edges.add(`${mesh.triangles[t + k]} ${mesh.triangles[t + ((k + 1) % 3)]}`)
    }
    expect(edges.size).toBe(mesh.triangles.length)
    const open = [...edges].filter((edge) => !edges.has(edge.split(' ').reverse().join(' ')))
    expect(open).toEqual([])
    expect(isClosed(mesh)).toBe(true)
    expect(isClosed({ ...mesh, triangles: mesh.triangles.slice(3) })).toBe(false)
  })

  test('faces outward in every part, and parts follow one another to the last triangle', () => {
    let next = 0
    for (const part of mesh.parts) {
      expect(volume(mesh, part), part.name).toBeGreaterThan(0)
      expect(part.first).toBe(next)
      next += part.count
    }
    expect(next).toBe(mesh.triangles.length / 3)
  })

  test('the surface has one pedicel and one fruit an organ, and the labels of its parts', () => {
    const names = mesh.parts.map((part) => part.name)
    expect(names.filter((name) => /^fruit_\d\d$/.test(name))).toHaveLength(24)
    expect(names.filter((name) => /^pedicel_\d\d$/.test(name))).toHaveLength(24)
    expect(new Set(names).size).toBe(names.length)
    expect([...new Set(mesh.parts.map((part) => part.label))].sort()).toEqual([
      'flower',
      'fruit',
      'leaf',
      'pedicel',
      'stem',
    ])
  })

  test('a straight stem without taper is a cylinder: its volume is π r² l, but for its corners', () => {
    const straight = virtualPlant({ lean: 0, bend: 0, wander: 0, stemTaper: 1, detail: 6 })
    const { axis } = straight.truth
    const expected = Math.PI * arabidopsis.stemRadius ** 2 * axis[axis.length - 1][2]
    const found = volume(straight.mesh, partNamed(straight.mesh, 'stem_main'))
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.005)
  })
})

describe('the truth holds for the surface', () => {
  const { mesh, truth } = virtualPlant({ seed: 11, bend: 25 })
  const near = (name: string, point: Point, within: number) =>
    verticesOf(mesh, partNamed(mesh, name)).filter((v) => length(minus(v, point)) < within)

  test('each pedicel begins around its insertion point', () => {
    truth.organs.forEach(({ point }, i) => {
      const base = near(`pedicel_${String(i + 1).padStart(2, '0')}`, point, 0.6)
      expect(base.length).toBeGreaterThan(6)
      expect(length(minus(centroid(base), point))).toBeLessThan(1e-9)
    })
  })

  test('insertion points lie on the axis, and the stem around them is centred there', () => {
    for (const { point, stem } of truth.organs) {
      const onAxis = Math.min(...truth.axis.map((p) => length(minus(p, point))))
      expect(onAxis).toBeLessThanOrEqual(0.26)
      const slice = near('stem_main', point, 3).filter((v) => {
        const [x, y, z] = minus(v, point)
        return Math.abs(x * stem[0] + y * stem[1] + z * stem[2]) < 0.51
      })
      const [x, y, z] = minus(centroid(slice), point)
      const along = x * stem[0] + y * stem[1] + z * stem[2]
      expect(Math.sqrt(Math.max(0, x * x + y * y + z * z - along * along))).toBeLessThan(0.02)
    }
  })

  test('the angles that the pedicels themselves make are the true ones', () => {
    const directions = truth.organs.map(({ point, stem }, i): Point => {
      const pedicel = near(`pedicel_${String(i + 1).padStart(2, '0')}`, point, 2)
      const [x, y, z] = minus(centroid(pedicel), point)
      const along = x * stem[0] + y * stem[1] + z * stem[2]
      return [x - along * stem[0], y - along * stem[1], z - along * stem[2]]
    })
    truth.angles.forEach((angle, i) => {
      const s = truth.organs[i].stem
      const [dx, dy, dz] = directions[i]
      const [ex, ey, ez] = directions[i + 1]
      const sine =
        (dy * ez - dz * ey) * s[0] + (dz * ex - dx * ez) * s[1] + (dx * ey - dy * ex) * s[2]
      const cosine = dx * ex + dy * ey + dz * ez
      const found = (Math.atan2(sine, cosine) * 180) / Math.PI
      const off = ((((found - angle) % 360) + 540) % 360) - 180
      expect(Math.abs(off)).toBeLessThan(1.5)
    })
  })

  test('internodes are lengths along the axis, at least the straight distance', () => {
    truth.internodes.forEach((internode, i) => {
      const straight = length(minus(truth.organs[i + 1].point, truth.organs[i].point))
      expect(internode).toBeGreaterThanOrEqual(straight - 1e-9)
      expect(internode).toBeLessThan(1.01 * straight)
    })
    const alongAxis = truth.axis
      .slice(1)
      .reduce((s, p, i) => s + length(minus(p, truth.axis[i])), 0)
    const last = truth.organs[truth.organs.length - 1].height
    expect(last).toBeLessThan(alongAxis)
  })
})

describe('phyllotaxis', () => {
  test('given angles and internodes are the true ones, on a bending stem', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 359 }), fc.integer({ min: 1, max: 30 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.integer({ min: 0, max: 1000 }),
        (steps, seed) => {
          const angles = steps.map(([angle]) => angle)
          const internodes = steps.map(([, internode]) => internode)
          const organs = steps.length + 1
          const plain = { rosetteLeaves: 0, flowers: 0, detail: 0.3, stemBase: 150 }
          const { truth } = virtualPlant({ seed, organs, angles, internodes, ...plain })
          truth.internodes.forEach((found, i) => expect(found).toBeCloseTo(internodes[i], 9))
          truth.angles.forEach((found, i) =>
            expect(Math.abs(((found - angles[i] + 540) % 360) - 180)).toBeLessThan(0.3),
          )
        },
      ),
      { numRuns: 30 },
    )
  })

  test('seen from the tip of an upright stem, angles count counter-clockwise', () => {
    const upright = { lean: 0, bend: 0, wander: 0, organs: 2, angles: [90], internodes: [10] }
    const { truth } = virtualPlant(upright)
    const [[ax, ay], [bx, by]] = truth.organs.map((organ) => organ.direction)
    expect(ax * by - ay * bx).toBeGreaterThan(0)
    expect(truth.angles[0]).toBeCloseTo(90, 9)
  })

  test('drawn angles are distributed as published: 137.5° ± 18.5°', () => {
    const steps = Array.from({ length: 200 }, (_, seed) => {
      const { azimuths } = arrangement({ ...arabidopsis, seed, permutation: 0 }, 10)
      return azimuths.slice(1).map((azimuth, i) => azimuth - azimuths[i])
    }).flat()
    const mean = steps.reduce((a, b) => a + b, 0) / steps.length
    const sd = Math.sqrt(steps.reduce((sum, x) => sum + (x - mean) ** 2, 0) / steps.length)
    expect(Math.abs(mean - 137.5)).toBeLessThan(0.8)
    expect(Math.abs(sd - 18.5)).toBeLessThan(0.6)
  })

  test('with certain permutation, neighbours of the phyllotaxis change places two by two', () => {
    const straight = { ...arabidopsis, organs: 4, angleSd: 0 }
    const inOrder = arrangement({ ...straight, permutation: 0 }, 10).azimuths
    const swapped = arrangement({ ...straight, permutation: 1 }, 10).azimuths
    expect(swapped).toEqual([1, 0, 3, 2].map((i) => inOrder[i]))
  })

  test('the stem has the length that was asked for', () => {
    const { truth } = virtualPlant({ stemLength: 250 })
    const last = truth.organs[24]
    expect(last.height).toBeLessThan(250)
    const found = truth.axis.slice(1).reduce((s, p, i) => s + length(minus(p, truth.axis[i])), 0)
    expect(found).toBeCloseTo(250, 6)
  })
})

describe('the same parameters', () => {
  test('grow the same plant to the last bit, and another seed another', () => {
    const [one, again, other] = [8, 8, 9].map((seed) => virtualPlant({ seed }))
    expect(again).toEqual(one)
    expect(other.truth.angles).not.toEqual(one.truth.angles)
  })

  test('leaves, flowers and shapes do not change where the organs stand', () => {
    const one = virtualPlant({ seed: 8, flowers: 0 })
    const other = virtualPlant({ seed: 8, flowers: 0, rosetteLeaves: 3, siliqueLength: 9 })
    expect(other.truth.organs.map((o) => o.point)).toEqual(one.truth.organs.map((o) => o.point))
    expect(other.truth.angles).toEqual(one.truth.angles)
  })
})

describe('parameters that no plant can have', () => {
  test.each([
    ['organs', { organs: 0 }],
    ['organs', { organs: 2.5 }],
    ['branches', { organs: 3, branches: 4 }],
    ['angles', { organs: 3, angles: [137.5] }],
    ['internodes', { organs: 3, internodes: [10, -1] }],
    ['stemRadius', { stemRadius: 0 }],
    ['stemLength', { stemLength: 10 }],
    ['leafWidth', { leafWidth: Number.NaN }],
    ['shapeCv', { shapeCv: 0.5 }],
  ] as const)('parameters that no plant can have are refused by name: %s', (parameter, changes) => {
    expect(() => virtualPlant(changes)).toThrow(expect.objectContaining({ parameter }))
  })
})
