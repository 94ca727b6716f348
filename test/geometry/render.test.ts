// The renderer, against closed forms and brute force.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unproject, type Camera } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { poseAt, standsAlong } from '../../src/geometry/render/camera-path.ts'
import { photographed, type RenderedView } from '../../src/geometry/render/render.ts'
import { meshBuilder, type LabelledMesh } from '../../src/geometry/virtual-plant/labelled-mesh.ts'
import { virtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'

/** At the origin, looking along z, with x to the right and y down. */
function camera(width: number, height: number, focal: number, bend: number[] = []): Camera {
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0] = bend
  return {
    model: 'OPENCV',
    width,
    height,
    params: [focal, focal, width / 2, height / 2, k1, k2, p1, p2],
    rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    tvec: [0, 0, 0],
  }
}

/** A mesh of parts, each a list of triangles of three points. */
function meshOf(parts: Readonly<Record<string, readonly (readonly Vec3[])[]>>): LabelledMesh {
  const builder = meshBuilder()
  for (const [name, triangles] of Object.entries(parts)) {
    builder.part(name)
    for (const corners of triangles) {
      const [a, b, c] = corners.map((p) => builder.vertex(...p))
      builder.triangle(a, b, c)
    }
  }
  return builder.mesh()
}

const quad = (a: Vec3, b: Vec3, c: Vec3, d: Vec3): Vec3[][] => [
  [a, b, c],
  [a, c, d],
]

/** A surface of revolution of many facets about a line along y, such as a sphere or a cylinder. */
function turned(
  radius: (v: number) => readonly [r: number, y: number],
  centre: Vec3,
): LabelledMesh {
  const [around, rings] = [200, 100]
  const at = (u: number, v: number): Vec3 => {
    const [r, y] = radius(v / rings)
    const angle = (2 * Math.PI * u) / around
    return [centre[0] + r * Math.cos(angle), centre[1] + y, centre[2] + r * Math.sin(angle)]
  }
  const triangles: Vec3[][] = []
  for (let v = 0; v < rings; v++)
    for (let u = 0; u < around; u++)
      triangles.push(...quad(at(u, v), at(u + 1, v), at(u + 1, v + 1), at(u, v + 1)))
  return meshOf({ stem_1: triangles })
}

const covered = (photograph: RenderedView): number =>
  photograph.background.reduce((sum, open) => sum + 255 - open, 0) / 255

describe('silhouettes', () => {
  test('a sphere covers a circle of radius f r / √(d² − r²)', () => {
    const sphere = turned((v) => [3 * Math.sin(Math.PI * v), 3 * Math.cos(Math.PI * v)], [0, 0, 20])
    const radius = (400 * 3) / Math.sqrt(20 * 20 - 3 * 3)
    const found = covered(photographed(sphere, camera(200, 200, 400)))
    expect(Math.abs(found / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.002)
  })

  test('an upright cylinder covers 2 f r / √(d² − r²) pixels of each row, wherever it stands', () => {
    for (const sub of [0, 0.21, 0.5, 0.83]) {
      const cylinder = turned((v) => [0.45, 30 * (2 * v - 1)], [0, 0, 60])
      const ideal = camera(64, 16, 300)
      const params = [300, 300, 32 + sub, 8, 0, 0, 0, 0]
      const { background } = photographed(cylinder, { ...ideal, params }, { samples: 8 })
      for (let row = 0; row < 16; row++) {
        const sum = background
          .subarray(64 * row, 64 * row + 64)
          .reduce((s, open) => s + 255 - open, 0)
        const expected = (2 * 300 * 0.45) / Math.sqrt(60 * 60 - 0.45 * 0.45)
        // one sample in eight at each of the two edges
        expect(Math.abs(sum / 255 - expected)).toBeLessThan(0.13)
      }
    }
  })

  test('pixel (i, j) covers i … i + 1, j … j + 1 of the camera’s coordinates', () => {
    // 10 … 12 across and 5 … 6 down, at depth 100 with a focal length of 100
    const patch = quad([10, 5, 100], [12, 5, 100], [12, 6, 100], [10, 6, 100])
    const params = [100, 100, 0, 0, 0, 0, 0, 0]
    const photograph = photographed(meshOf({ leaf_1: patch }), { ...camera(20, 10, 100), params })
    const full = [...photograph.background.keys()].filter((p) => photograph.background[p] < 255)
    expect(full).toEqual([5 * 20 + 10, 5 * 20 + 11])
    expect(full.map((p) => photograph.background[p])).toEqual([0, 0])
  })
})

describe('the nearest is seen', () => {
  test('the nearest is seen of two planes that cross, each on its side of where their depths are equal', () => {
    // depths 10 + x/2 and 10 − x/2 cross at x = 0, whatever the perspective
    const scene = meshOf({
      stem_1: quad([-8, -8, 6], [8, -8, 14], [8, 8, 14], [-8, 8, 6]),
      leaf_1: quad([-8, -8, 14], [8, -8, 6], [8, 8, 6], [-8, 8, 14]),
    })
    const { labels } = photographed(scene, camera(100, 100, 100))
    const stem = labels.get('stem') ?? new Uint8Array()
    const leaf = labels.get('leaf') ?? new Uint8Array()
    for (let p = 0; p < 100 * 100; p++) {
      expect(stem[p]).toBe(p % 100 < 50 ? 255 : 0)
      expect(leaf[p]).toBe(p % 100 < 50 ? 0 : 255)
    }
  })

  test('the nearest is seen for any triangles, as a ray through each pixel finds it', () => {
    const point = fc.tuple(
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.double({ min: 2, max: 20, noNaN: true }),
    )
    const triangles = fc.array(fc.tuple(point, point, point), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(triangles, (corners) => {
        const scene = Object.fromEntries(corners.map((t, i) => [`label${i}_1`, [t]]))
        const view = camera(40, 40, 30)
        const photograph = photographed(meshOf(scene), view, { samples: 1 })
        const hitAt = (u: number, v: number): number =>
          nearestHit(corners, unproject(view, [u, v]) ?? [0, 0, 1])
        for (let p = 0; p < 1600; p++) {
          const [u, v] = [(p % 40) + 0.5, Math.floor(p / 40) + 0.5]
          const hit = hitAt(u, v)
          const seen = [...photograph.labels.values()].findIndex((mask) => mask[p] === 255)
          if (hit === seen) continue
          // corners are snapped to 1/256 pixel: a ray that passes so near an edge may go either way
          const around = [
            hitAt(u - 0.01, v),
            hitAt(u + 0.01, v),
            hitAt(u, v - 0.01),
            hitAt(u, v + 0.01),
          ]
          expect(new Set([hit, ...around]).size).toBeGreaterThan(1)
        }
      }),
      { numRuns: 60 },
    )
  })

  /** Möller and Trumbore, 1997: index of the first triangle that a ray from the origin meets. */
  function nearestHit(triangles: readonly (readonly Vec3[])[], ray: Vec3): number {
    let [nearest, found] = [Infinity, -1]
    triangles.forEach(([a, b, c], i) => {
      const e: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
      const f: Vec3 = [c[0] - a[0], c[1] - a[1], c[2] - a[2]]
      const h: Vec3 = crossed(ray, f)
      const determinant = dotted(e, h)
      if (Math.abs(determinant) < 1e-12) return
      const s: Vec3 = [-a[0], -a[1], -a[2]]
      const u = dotted(s, h) / determinant
      const q = crossed(s, e)
      const v = dotted(ray, q) / determinant
      const t = dotted(f, q) / determinant
      if (u >= 0 && v >= 0 && u + v <= 1 && t > 0 && t < nearest) [nearest, found] = [t, i]
    })
    return found
  }
  const crossed = (a: Vec3, b: Vec3): Vec3 => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ]
  const dotted = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
})

describe('coverage', () => {
  test('triangles that share edges cover each sample once: no gap, no overlap', () => {
    const corner = fc.tuple(fc.integer({ min: -90, max: 90 }), fc.integer({ min: -90, max: 90 }))
    fc.assert(
      fc.property(corner, fc.integer({ min: 1, max: 4 }), ([x, y], samples) => {
        // a square of 36 × 36 pixels, cut into four triangles at a point inside
        const centre: Vec3 = [x / 10, y / 10, 50]
        const ring: Vec3[] = [
          [-9, -9, 50],
          [9, -9, 50],
          [9, 9, 50],
          [-9, 9, 50],
        ]
        const sum = new Uint32Array(60 * 60)
        for (let k = 0; k < 4; k++) {
          const one = meshOf({ stem_1: [[centre, ring[k], ring[(k + 1) % 4]]] })
          const { background } = photographed(one, camera(60, 60, 100), { samples })
          background.forEach(
            (open, p) => (sum[p] += Math.round(((255 - open) / 255) * samples ** 2)),
          )
        }
        const wrong = sum.filter((count, p) => {
          const inside = Math.abs((p % 60) - 29.5) < 18 && Math.abs(Math.floor(p / 60) - 29.5) < 18
          return count !== (inside ? samples ** 2 : 0)
        })
        expect(wrong).toHaveLength(0)
      }),
      { numRuns: 40 },
    )
  })

  const { mesh } = virtualPlant({ seed: 4, organs: 12, branches: 1 })
  const [stand] = standsAlong({
    is: 'circle',
    centre: [0, 0],
    radius: 300,
    z: 150,
    tilt: 8,
    views: 1,
  })
  const view: Camera = { ...camera(300, 300, 290), ...poseAt(stand) }
  const photograph = photographed(mesh, view)
  /** Equal, told in bytes: a report of a million numbers would help nobody. */
  const bytesOf = ({ rgb, background, labels }: RenderedView): string =>
    [rgb, background, ...labels.values()].map((a) => Buffer.from(a).toString('base64')).join()

  test('labels and background add up to the whole of every pixel', () => {
    const masks = [photograph.background, ...photograph.labels.values()]
    const sums = Array.from({ length: 300 * 300 }, (_, p) => masks.reduce((s, m) => s + m[p], 0))
    expect(Math.min(...sums)).toBeGreaterThanOrEqual(253)
    expect(Math.max(...sums)).toBeLessThanOrEqual(257)
  })

  test('the picture differs from its background exactly where something is seen', () => {
    const blue = photographed(mesh, view, { background: [0, 0, 255] })
    const differing = Array.from({ length: 300 * 300 }, (_, p) => p).filter((p) => {
      const [r, g, b] = blue.rgb.subarray(3 * p, 3 * p + 3)
      return (r === 0 && g === 0 && b === 255) !== (photograph.background[p] === 255)
    })
    expect(differing).toEqual([])
  })

  test('the backs of closed surfaces can be left out without a difference', () => {
    expect(bytesOf(photographed(mesh, view, { closed: true })) === bytesOf(photograph)).toBe(true)
  })

  test('without labels the picture is the same', () => {
    const without = photographed(mesh, view, { labels: false })
    expect([...without.labels]).toEqual([])
    expect(bytesOf(without) === bytesOf({ ...photograph, labels: new Map() })).toBe(true)
  })

  test('the same plant makes the same bytes', () => {
    expect(bytesOf(photographed(mesh, view)) === bytesOf(photograph)).toBe(true)
  })
})

describe('what crosses the camera', () => {
  test('a floor that passes under it and behind it fills the picture below the horizon', () => {
    const far = 1e5
    const floor = quad([-far, 10, -far], [far, 10, -far], [far, 10, far], [-far, 10, far])
    const { background } = photographed(meshOf({ leaf_1: floor }), camera(64, 64, 50), { near: 1 })
    for (let p = 0; p < 64 * 64; p++) expect(background[p]).toBe(p < 64 * 32 ? 255 : 0)
  })

  test('what stands behind it is not seen', () => {
    const behind = quad([-9, -9, -5], [9, -9, -5], [9, 9, -5], [-9, 9, -5])
    expect(covered(photographed(meshOf({ leaf_1: behind }), camera(64, 64, 50)))).toBe(0)
  })
})

describe('a lens that bends', () => {
  test('shows nothing from beyond its fold, be it a barrel or a fisheye', () => {
    // r − 0.3 r³ is largest at 1.05, be r a distance from the axis (46°) or an angle (60°)
    const aside = (x: number) => quad([x, -1, 1], [x + 0.2, -1, 1], [x + 0.2, 1, 1], [x, 1, 1])
    const barrel = camera(160, 120, 50, [-0.3])
    const params = [50, 50, 80, 60, -0.3, 0, 0, 0]
    const fisheye: Camera = { ...barrel, model: 'OPENCV_FISHEYE', params }
    for (const [lens, within, beyond] of [
      [barrel, 0.5, 1.5],
      [fisheye, 1.2, 5.5],
    ] as const) {
      expect(covered(photographed(meshOf({ leaf_1: aside(within) }), lens))).toBeGreaterThan(20)
      expect(covered(photographed(meshOf({ leaf_1: aside(beyond) }), lens))).toBe(0)
    }
  })

  test.each([
    ['a barrel', [-0.25, 0.06, 0, 0], Infinity],
    ['a pincushion, off centre', [0.15, 0, 0.002, -0.003], Infinity],
    // r − 0.3 r³ is largest at r² = 1 / 0.9, where it is 0.7027: there its picture ends
    ['a strong barrel that folds within the scene', [-0.3, 0, 0, 0], 70.27],
  ])('%s shows at each pixel what a ray through it meets', (_, bend, end) => {
    // a wall at depth 10 with stripes of two labels, each one large quad
    const stripe = (x: number): Vec3[][] =>
      quad([x, -30, 10], [x + 2, -30, 10], [x + 2, 30, 10], [x, 30, 10])
    const at = [-40, -36, -32, -28, -24, -20, -16, -12, -8, -4, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36]
    const scene = meshOf({
      stem_1: at.flatMap((x) => stripe(x)),
      leaf_1: at.flatMap((x) => stripe(x + 2)),
    })
    const view = camera(160, 120, 100, bend)
    const { labels } = photographed(scene, view, { samples: 1 })
    const [stem, leaf] = ['stem', 'leaf'].map((label) => labels.get(label) ?? new Uint8Array())
    let differing = 0
    for (let p = 0; p < 160 * 120; p++) {
      const ray = unproject(view, [(p % 160) + 0.5, Math.floor(p / 160) + 0.5])
      const seen = stem[p] ? 'stem' : leaf[p] ? 'leaf' : 'nothing'
      if (!ray || Math.hypot((p % 160) - 79.5, Math.floor(p / 160) - 59.5) > end) continue
      const [x, y] = [(10 * ray[0]) / ray[2], (10 * ray[1]) / ray[2]]
      const onWall = Math.abs(x) < 40 && Math.abs(y) < 30
      const even = ((Math.floor(x / 2) % 2) + 2) % 2 === 0
      if (seen !== (onWall ? (even ? 'stem' : 'leaf') : 'nothing')) differing++
    }
    // 20 edges of 120 pixels, off by less than a twentieth of a pixel
    expect(differing).toBeLessThan(0.01 * 160 * 120)
  })
})
