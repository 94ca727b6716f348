// Carving by blocks against carving voxel by voxel, and against solids whose volume is known.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Camera } from '../../../src/geometry/camera.ts'
import type { Image } from '../../../src/geometry/image.ts'
import { along, dot, type Vec3 } from '../../../src/geometry/linear.ts'
import { dilateMask } from '../../../src/geometry/dilation.ts'
import { linearMask } from '../../../src/geometry/masks.ts'
import { carve } from '../../../src/geometry/voxels/carving.ts'
import { markedColumns } from '../../../src/geometry/voxels/band.ts'
import { gridOf, type Grid } from '../../../src/geometry/voxels/grid.ts'
import { insideOf } from '../../../src/geometry/voxels/inside.ts'
import { anyGrid, anyView, ringOfCameras, silhouette } from '../../support/cameras.ts'
import { realShots, virtualShots } from '../../support/scans.ts'
import { sharedData } from '../../support/shared.ts'
import { boxAround, carveByLoop, cutOut, differing } from '../../support/voxel-loops.ts'

describe('carving by blocks', () => {
  test('comes out as carving each voxel alone, whatever the cameras, and the unseen are counted', async () => {
    await fc.assert(
      fc.asyncProperty(anyGrid, fc.array(anyView, { maxLength: 5 }), async (grid, views) => {
        const { data, unseen } = await carve(grid, views)
        expect(differing(data, carveByLoop(grid, views))).toBe(0)
        expect(unseen).toBe(data.filter((value) => value === 0).length)
        // what was noted while carving is what a look at all voxels finds
        const inside = insideOf({ ...grid, data })
        expect(inside).toEqual(insideOf({ ...grid, data: data.slice() }))
        const columns = [...markedColumns(inside)]
        expect(columns).toEqual(columnsAbove(grid, data))
      }),
      { numRuns: 300 },
    )
  })

  test('carving by blocks does so far from the origin, where rounding moves voxels by whole pixels', async () => {
    const far: Vec3 = [400000, -300000, 70000]
    const near: Grid = { shape: [40, 40, 40], origin: [-4, -4, -4], spacing: 0.2 }
    const grid = { ...near, origin: along(near.origin, far, 1) }
    // tiles of 40 pixels, one in eight of them background, another choice for each view
    const views = ringOfCameras(8, { radius: 20, height: 5, width: 400, focal: 600 }).map(
      (camera, n) => ({
        camera: movedBy(camera, far),
        mask: tiles(400, 40, (x, y) => (7 * x + 3 * y + x * y + n) % 8 !== 0),
      }),
    )
    const { data } = await carve(grid, views)
    const loop = carveByLoop(grid, views)
    expect(new Set(loop)).toEqual(new Set([-1, 1]))
    expect(differing(data, loop)).toBe(0)
  })

  test('counts plant in more than 65,536 pixels', async () => {
    // 256² pixels of plant in the middle: a number that 16 bits hold as 0
    const mask = tiles(512, 128, (x, y) => (x === 1 || x === 2) && (y === 1 || y === 2))
    const [camera] = ringOfCameras(1, { radius: 50, height: 0, width: 512, focal: 500 })
    const grid: Grid = { shape: [1, 41, 41], origin: [0, -20, -20], spacing: 1 }
    const { data } = await carve(grid, [{ camera, mask }])
    expect(data.indexOf(1)).toBeGreaterThan(-1)
    expect(differing(data, carveByLoop(grid, [{ camera, mask }]))).toBe(0)
  })

  test('carving by blocks is the same on any number of threads', async () => {
    const grid: Grid = { shape: [70, 40, 40], origin: [-7, -4, -4], spacing: 0.2 }
    const views = ringOfCameras(7, { radius: 20, height: 5, width: 64, focal: 60 }).map(
      (camera) => ({
        camera,
        mask: silhouette(camera, hitsSphere(3)),
      }),
    )
    const [one, three] = await Promise.all([1, 3].map((threads) => carve(grid, views, { threads })))
    expect(differing(one.data, three.data)).toBe(0)
    expect(insideOf(one)).toEqual(insideOf(three))
    expect(one.unseen).toBe(three.unseen)
    expect(differing(one.data, carveByLoop(grid, views))).toBe(0)
  })

  test('leaves all unseen without views', async () => {
    const { data } = await carve({ shape: [3, 5, 9], origin: [0, 0, 0], spacing: 1 }, [])
    expect(data.every((value) => value === 0)).toBe(true)
  })

  test('reads a pixel with the fraction cut off, so that −0.99 is in the image and −1 is not', async () => {
    // one row of voxels at depth 10 and focal length 10: voxel i appears at u = origin + i · 0.25
    const grid: Grid = { shape: [9, 1, 1], origin: [-1.25, 0, 10], spacing: 0.25 }
    const camera: Camera = {
      model: 'PINHOLE',
      width: 1,
      height: 1,
      params: [10, 10, 0, 0],
      rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      tvec: [0, 0, 0],
    }
    const mask = { width: 1, height: 1, channels: 1, data: Uint8Array.of(0) }
    const { data } = await carve(grid, [{ camera, mask }])
    // u =              −1.25 −1 −.75 −.5 −.25  0 .25 .5 .75
    expect([...data]).toEqual([0, 0, -1, -1, -1, -1, -1, -1, -1])
  })

  test('sees nothing behind the camera', async () => {
    const [camera] = ringOfCameras(1, { radius: 20, height: 0, width: 8, focal: 8 })
    const mask = { width: 8, height: 8, channels: 1, data: new Uint8Array(64) }
    // the camera stands at x = 20 and looks along −x
    const { data } = await carve({ shape: [9, 1, 1], origin: [16, 0, 0], spacing: 1 }, [
      { camera, mask },
    ])
    expect([...data]).toEqual([-1, -1, -1, -1, 0, 0, 0, 0, 0])
  })

  test('refuses a mask that does not fit its camera', async () => {
    const [camera] = ringOfCameras(1, { radius: 20, height: 0, width: 8, focal: 8 })
    const mask = { width: 8, height: 7, channels: 1, data: new Uint8Array(56) }
    const grid: Grid = { shape: [1, 1, 1], origin: [0, 0, 0], spacing: 1 }
    await expect(carve(grid, [{ camera, mask }])).rejects.toThrow(RangeError)
  })
})

describe('what is carved of a known solid', () => {
  const grid = gridOf({ min: [-4, -4, -4], max: [4, 4, 4] }, 0.1)
  const volumeOf = async (cameras: Camera[], isHit: (from: Vec3, ray: Vec3) => boolean) => {
    const views = cameras.map((camera) => ({ camera, mask: silhouette(camera, isHit) }))
    const { data } = await carve(grid, views)
    return data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) * 0.1 ** 3
  }
  // at 400 mm and f = 4000 px the rays are all but parallel and a pixel is as wide as a voxel
  const size = { radius: 400, width: 96, focal: 4000 }

  test('a sphere seen from a ring is the solid between n planes and their caps', async () => {
    // n parallel views around z cut each horizontal disk of the sphere to a regular 2n-gon around it
    const n = 12
    const volume = await volumeOf(ringOfCameras(n * 2, { ...size, height: 0 }), hitsSphere(3))
    const polygon = (n * Math.tan(Math.PI / (2 * n)) * 2) / Math.PI // over the disk's area
    const expected = (4 / 3) * Math.PI * 27 * polygon
    // the outline lies half a pixel to either side: 2 × 0.05 of the radius of 3
    expect(Math.abs(volume / expected - 1)).toBeLessThan(0.05)
  })

  test('a standing cylinder is found whole between its ends', async () => {
    const volume = await volumeOf(ringOfCameras(24, { ...size, height: 0 }), hitsCylinder(2))
    const expected = Math.PI * 4 * 8
    expect(Math.abs(volume / expected - 1)).toBeLessThan(0.05)
  })
})

describe.skipIf(!sharedData)('on the published scans (../shared/data)', () => {
  test.each([
    ['virtual_plant', 0.1, 0.3],
    ['real_plant', 0.5, 0.2],
  ])(
    '%s: no voxel differs from a plain loop, in twelve boxes',
    async (scan, spacing, threshold) => {
      const { shots, box } = await (scan === 'real_plant' ? realShots : virtualShots)(sharedData!)
      const views = shots.map(({ image, camera }) => ({
        camera,
        mask: dilateMask(linearMask(image, [0, 1, 0], threshold), 1),
      }))
      const volume = await carve(gridOf(box, spacing), views, { threads: 2 })
      if (scan === 'virtual_plant')
        expect(volume.data.reduce((kept, value) => kept + (value > 0 ? 1 : 0), 0)).toBe(159086)
      for (let n = 0; n < 12; n++) {
        const part = boxAround(volume, n, 0)
        expect(differing(cutOut(volume, part), carveByLoop(volume, views, part))).toBe(0)
      }
    },
  )
})

function tiles(width: number, tile: number, isPlant: (x: number, y: number) => boolean): Image {
  const data = Uint8Array.from({ length: width * width }, (_, at) =>
    isPlant(Math.floor((at % width) / tile), Math.floor(at / width / tile)) ? 255 : 0,
  )
  return { width, height: width, channels: 1, data }
}

/** The same camera in a world whose origin lies elsewhere. */
function movedBy(camera: Camera, offset: Vec3): Camera {
  const { rotmat: r, tvec: t } = camera
  const at = (i: 0 | 1 | 2): number =>
    t[i] - r[3 * i] * offset[0] - r[3 * i + 1] * offset[1] - r[3 * i + 2] * offset[2]
  return { ...camera, tvec: [at(0), at(1), at(2)] }
}

function hitsSphere(radius: number): (from: Vec3, ray: Vec3) => boolean {
  return (from, ray) => dot(from, from) - dot(from, ray) ** 2 <= radius * radius
}

/** Around the z axis, without ends. */
function hitsCylinder(radius: number): (from: Vec3, ray: Vec3) => boolean {
  return (from, ray) => {
    const [a, b] = [from[0] * ray[0] + from[1] * ray[1], ray[0] ** 2 + ray[1] ** 2]
    return from[0] ** 2 + from[1] ** 2 - a ** 2 / b <= radius ** 2
  }
}

/** The columns along z that hold a voxel above 0.5. */
function columnsAbove({ shape: [nx, ny, nz] }: Grid, data: Int8Array): number[] {
  const columns = Array.from({ length: nx * ny }, (_, column) => column)
  return columns.filter((column) => data.subarray(column * nz, (column + 1) * nz).includes(1))
}
