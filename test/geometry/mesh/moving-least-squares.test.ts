// The function whose zero is the surface: right on planes and spheres, however they are sampled.
import { expect, test } from 'vitest'
import {
  fitDistanceField,
  type DistanceField,
  type OrientedCloud,
} from '../../../src/geometry/mesh/moving-least-squares.ts'
import { random } from '../../../src/geometry/random.ts'

const frame = { origin: [0, 0, 0], cell: 0.5, nodes: [100, 100, 100] } as const

/** The field's value and the true distance, in cells, at each node that has a value. */
async function compare(
  cloud: OrientedCloud,
  distance: (x: number, y: number, z: number) => number,
) {
  const { grid, values } = await fitDistanceField(cloud, frame, 4, 2.5)
  let worst = 0
  let count = 0
  for (let x = 0; x < 100; x++)
    for (let y = 0; y < 100; y++)
      for (let z = 0; z < 100; z++) {
        const slot = grid.at(x, y, z)
        if (slot < 0) continue
        count++
        worst = Math.max(worst, Math.abs(values[slot] - distance(x / 2, y / 2, z / 2) / 0.5))
      }
  return { worst, count }
}

const draw = random(6)

test('points at random on a plane give the distance to the plane', async () => {
  const n = [2 / 3, 1 / 3, 2 / 3]
  const points: number[] = []
  for (let i = 0; i < 600; i++) {
    const p = [25 + draw.normal(0, 4), 25 + draw.normal(0, 4), 25 + draw.normal(0, 4)]
    const off = p.reduce((sum, value, d) => sum + n[d] * (value - 25), 0)
    points.push(...p.map((value, d) => value - off * n[d]))
  }
  const cloud = {
    points: Float64Array.from(points),
    normals: Float64Array.from({ length: points.length }, (_, i) => n[i % 3]),
  }
  const { worst, count } = await compare(
    cloud,
    (x, y, z) => n[0] * (x - 25) + n[1] * (y - 25) + n[2] * (z - 25),
  )
  expect(count).toBeGreaterThan(3000)
  expect(worst).toBeLessThan(0.02)
})

test('points at random on a sphere give the distance to the sphere, however small it is', async () => {
  for (const radius of [1, 3, 6]) {
    const normals: number[] = []
    for (let i = 0; i < 60 * radius * radius; i++) {
      const v = [draw.normal(), draw.normal(), draw.normal()]
      normals.push(...v.map((value) => value / Math.hypot(...v)))
    }
    const cloud = {
      points: Float64Array.from(normals, (value) => 25 + radius * value),
      normals: Float64Array.from(normals),
    }
    const { worst, count } = await compare(
      cloud,
      (x, y, z) => Math.hypot(x - 25, y - 25, z - 25) - radius,
    )
    expect(count).toBeGreaterThan(200)
    expect(worst).toBeLessThan(0.02)
  }
})

/** As `fitDistanceField`, node by node: sums in numbers of four bytes. @returns the value of each node that has one */
function plainField({ points, normals }: OrientedCloud, support: number, reach: number) {
  const { fround, floor, ceil } = Math
  const local = points.map((value, i) => (value - frame.origin[i % 3]) / frame.cell)
  const slots = new Map<string, number>()
  const sums: Float32Array[] = []
  /** Calls `work` with the nodes within a radius of a point: block by block, and in each x by x. */
  const visit = (i: number, radius: number, work: (x: number, y: number, z: number) => void) => {
    const [from, to] = [-1, 1].map((side) => [0, 1, 2].map((d) => local[i + d] + side * radius))
    const blocks = (d: number) => {
      const [first, last] = [ceil(from[d]) >> 3, floor(to[d]) >> 3]
      return Array.from({ length: last - first + 1 }, (_, n) => 8 * (first + n))
    }
    const within = (d: number, block: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => block + n).filter((at) => at >= from[d] && at <= to[d])
    for (const bx of blocks(0))
      for (const by of blocks(1))
        for (const bz of blocks(2))
          for (const x of within(0, bx))
            for (const y of within(1, by)) {
              const left = radius * radius - (x - local[i]) ** 2 - (y - local[i + 1]) ** 2
              const half = left > 0 ? Math.sqrt(left) : NaN
              for (const z of within(2, bz))
                if (z >= local[i + 2] - half && z <= local[i + 2] + half) work(x, y, z)
            }
  }
  for (let i = 0; i < local.length; i += 3)
    visit(i, reach, (x, y, z) => {
      const node = `${x} ${y} ${z}`
      if (slots.has(node)) return
      slots.set(node, slots.size)
      sums.push(new Float32Array(9))
    })
  for (let i = 0; i < local.length; i += 3)
    visit(i, support, (x, y, z) => {
      const slot = slots.get(`${x} ${y} ${z}`)
      if (slot === undefined) return
      const [px, py, pz] = [local[i] - x, local[i + 1] - y, local[i + 2] - z]
      const [nx, ny, nz] = normals.subarray(i, i + 3)
      const square = px * px + py * py + pz * pz
      const fade = 1 - square / (support * support)
      const w = fade * fade * fade * fade
      const terms = [w, w * px, w * py, w * pz, w * nx, w * ny, w * nz]
      terms.push(w * (px * nx + py * ny + pz * nz), w * square)
      terms.forEach((term, n) => (sums[slot][n] = fround(sums[slot][n] + term)))
    })
  return new Map(Array.from(slots, ([node, slot]) => [node, plainDistance(sums[slot])]))
}

function plainDistance([w, ...rest]: Float32Array): number {
  const [px, py, pz, nx, ny, nz, pn, pp] = rest.map((sum) => sum / w)
  const spread = pp - (px * px + py * py + pz * pz)
  const q = spread > 1e-6 ? (0.5 * (pn - (px * nx + py * ny + pz * nz))) / spread : 0
  const [ux, uy, uz] = [nx - 2 * q * px, ny - 2 * q * py, nz - 2 * q * pz]
  const u0 = -(ux * px + uy * py + uz * pz) - q * pp
  const u = Math.sqrt(ux * ux + uy * uy + uz * uz)
  const root = Math.sqrt(Math.max(0, u * u - 4 * u0 * q))
  return Math.fround(u + root > 1e-9 ? (2 * u0) / (u + root) : u0)
}

test.each([
  { what: 'few points', count: 40, spread: 4, support: 8 / 3, reach: 6.4 / 3 },
  { what: 'points on nodes', count: 60, spread: 3, support: 3, reach: 2, isWhole: true },
  { what: 'a wide support', count: 25, spread: 10, support: 9.5, reach: 3 },
  { what: 'more reach than support', count: 30, spread: 8, support: 2, reach: 4.5 },
  { what: 'no point', count: 0, spread: 1, support: 3, reach: 2 },
])('each value is that of the definition, to the bit: $what', async (of) => {
  const place = () => 25 + draw.normal(0, of.spread)
  const cloud = {
    points: Float64Array.from({ length: 3 * of.count }, () =>
      of.isWhole ? Math.round(place()) : place(),
    ),
    normals: Float64Array.from({ length: 3 * of.count }, () => draw.normal()),
  }
  const known = plainField(cloud, of.support, of.reach)
  const field = await fitDistanceField(cloud, frame, of.support, of.reach)
  expect(fieldAt(field, known.keys())).toEqual([...known.values()])
  expect(field.grid.slotCount).toBe(known.size)
})

/** The field's values at some nodes, each of which has a slot of its own. */
function fieldAt({ grid, values }: DistanceField, nodes: Iterable<string>): number[] {
  const slots = Array.from(nodes, (node) => {
    const [x, y, z] = node.split(' ').map(Number)
    return grid.at(x, y, z)
  })
  expect(new Set(slots).size).toBe(slots.length)
  return slots.map((slot) => values[slot])
}

test('points in more than one batch, in any order, are taken in their order', async () => {
  const count = 9000
  const cloud = {
    points: Float64Array.from({ length: 3 * count }, () => 25 + draw.normal(0, 5)),
    normals: Float64Array.from({ length: 3 * count }, () => draw.normal()),
  }
  const known = plainField(cloud, 1.5, 1)
  const field = await fitDistanceField(cloud, frame, 1.5, 1)
  expect(field.grid.slotCount).toBe(known.size)
  expect(fieldAt(field, known.keys())).toEqual([...known.values()])
  const spread = await fitDistanceField(cloud, frame, 1.5, 1, { threads: 3 })
  expect(spread.values).toEqual(field.values)
  expect(spread.grid.nodes).toEqual(field.grid.nodes)
})
