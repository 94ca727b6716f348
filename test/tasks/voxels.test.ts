// Voxels: cameras and masks from files to Voxels.npz, and what it says where they do not fit.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dot } from '../../src/geometry/linear.ts'
import type { Camera } from '../../src/geometry/camera.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { images } from '../../tasks/artifacts/images.ts'
import { masks } from '../../tasks/artifacts/masks.ts'
import { voxelGrid, type VoxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import task from '../../tasks/voxels.ts'
import { findBox } from '../../tasks/voxels/bounding-box.ts'
import { checkMemory } from '../../tasks/voxels/memory.ts'
import { ringOfCameras, silhouette } from '../support/cameras.ts'
import { memoryFileset } from '../support/memory-fileset.ts'
import { scanRig, stored } from '../support/scan-rig.ts'
import { filesInput, metadataInput, outcomeOf, type Around } from '../support/task-context.ts'
import { averageByLoop, carveByLoop, differing } from '../support/voxel-loops.ts'

const ring = ringOfCameras(6, { radius: 20, height: 4, width: 48, focal: 90 })
const isBall = (radius: number) => (from: Camera['tvec'], ray: Camera['tvec']) =>
  dot(from, from) - dot(from, ray) ** 2 <= radius ** 2
const balls = (radius: number) => ring.map((camera) => silhouette(camera, isBall(radius)))
const image = (of: { width: number; height: number; data: Uint8Array }): io.Image => ({
  ...of,
  channels: 1,
  depth: 8,
})
const bounding_box = { x: [-4, 4], y: [-4, 4], z: [-4, 4] } as const
const params = { camera_metadata: 'camera', voxel_size: 0.5, bounding_box }

interface Change {
  readonly metadata?: JsonObject
  readonly value?: io.Image
}

/** Runs the task on a ball of radius 3 seen by six cameras; `change` alters the third file. */
async function voxels(
  changes: JsonObject | { bounding_box: undefined } = {},
  { change = {}, around = {} }: { change?: Change; around?: Around } = {},
) {
  const files = balls(3).map((mask, n) => {
    const metadata = { camera: stored(ring[n]), channel: n % 2 === 0 ? 'even' : 'odd' }
    return [`view${n}`, { value: image(mask), metadata, ...(n === 2 && change) }] as const
  })
  const upstream_mask = await filesInput(masks, Object.fromEntries(files), around)
  const inputs = { upstream_mask, upstream_colmap: metadataInput() }
  return outcomeOf<VoxelGrid>(task, inputs, { ...params, ...changes })
}

const views = balls(3).map((mask, n) => ({ camera: ring[n], mask }))

describe('Voxels', () => {
  test('carving and averaging come out as plain loops over voxels and views', async () => {
    const carved = (await voxels()).value
    expect(carved.grid).toEqual({ shape: [17, 17, 17], origin: [-4, -4, -4], spacing: 0.5 })
    const data = carved.layers.get('voxels')!
    expect(data).toBeInstanceOf(Int8Array)
    expect(differing(data, carveByLoop(carved.grid, views))).toBe(0)
    for (const log of [true, false]) {
      const { grid, layers } = (await voxels({ type: 'averaging', log })).value
      expect(differing(layers.get('voxels')!, averageByLoop(grid, views, log))).toBe(0)
    }
  })

  test('invert takes black for plant, and photographs can serve as masks', async () => {
    const files = views.map(({ mask, camera }, n) => {
      const data = Uint8Array.from({ length: mask.data.length * 4 }, (_, at) =>
        at % 4 === 3 ? 255 : 255 - mask.data[Math.floor(at / 4)],
      )
      const value: io.Image = { width: 48, height: 48, channels: 4, depth: 8, data }
      return [`${n}_background`, { value, metadata: { camera: stored(camera) } }] as const
    })
    const upstream_mask = await filesInput(images, Object.fromEntries(files))
    const inputs = { upstream_mask, upstream_colmap: metadataInput() }
    const { value } = await outcomeOf<VoxelGrid>(task, inputs, { ...params, invert: true })
    expect(value.layers).toEqual((await voxels()).value.layers)
  })

  test('labels get a volume each, of the masks of their channel', async () => {
    const { grid, layers } = (await voxels({ labels: ['odd', 'even'] })).value
    expect([...layers.keys()]).toEqual(['odd', 'even'])
    const odd = views.filter((_, n) => n % 2 === 1)
    expect(differing(layers.get('odd')!, carveByLoop(grid, odd))).toBe(0)
    const named = await voxels({}, { around: { fileset: { label_names: ['even'] } } })
    expect([...named.value.layers.keys()]).toEqual(['even'])
    await expect(voxels({ labels: ['leaf'] })).rejects.toMatchObject({ code: 'task/no-label' })
  })

  test('warns of a lens that bends, unless the file is undistorted', async () => {
    const bent = { ...ring[2], model: 'SIMPLE_RADIAL', params: [90, 24, 24, 0.01] } as const
    const camera = stored(bent)
    expect((await voxels({}, { change: { metadata: { camera } } })).warnings).toEqual([
      expect.stringContaining('view2.png'),
    ])
    const tellings: JsonObject[] = [{ undistorted: true }, { 'Camera model source': 'Colmap' }]
    for (const told of tellings)
      expect((await voxels({}, { change: { metadata: { camera, ...told } } })).warnings).toEqual([])
  })

  const small = image({ width: 48, height: 40, data: new Uint8Array(1920) })
  test.each<[string, Change, string]>([
    ['without a camera', { metadata: {} }, 'task/no-camera'],
    ['with an empty camera, as ROMI writes', { metadata: { camera: {} } }, 'task/no-camera'],
    [
      'with a camera of another model',
      { metadata: { camera: { camera_model: { model: 'X' } } } },
      'task/no-camera',
    ],
    ['of another size than its camera', { value: small }, 'task/size-mismatch'],
    [
      'to be shown turned',
      { value: { ...image(balls(3)[2]), orientation: 8 } },
      'task/unusable-image',
    ],
  ])('a mask %s is refused by name', async (_, change, code) => {
    const error = expect.objectContaining({ code, message: expect.stringContaining('view2.png') })
    await expect(voxels({}, { change })).rejects.toEqual(error)
  })

  test('a camera is told what it lacks, and one that mirrors is none', async () => {
    const { rotmat, tvec, ...others } = stored(ring[2]) as Readonly<Record<string, JsonObject>>
    const change = (camera: JsonObject) => ({ change: { metadata: { camera } } })
    await expect(voxels({}, change({ ...others, tvec }))).rejects.toThrow(
      'no camera: rotmat must be three rows',
    )
    const mirrored = (rotmat as unknown as number[][]).map((row) => row.map((value) => -value))
    const camera = { ...others, tvec, rotmat: mirrored }
    await expect(voxels({}, change(camera))).rejects.toThrow('no rotation')
  })

  test('warns of voxels that are many pixels wide, with a size that is not', async () => {
    // 90 pixels of focal length, from 20.4 away: 4.4 pixels are 1 wide
    const { warnings } = await voxels({ voxel_size: 4 })
    expect(warnings).toEqual([expect.stringContaining('a voxel is 18 pixels wide')])
    expect(warnings).toEqual([expect.stringContaining('Two pixels are 0.5')])
    expect((await voxels({ voxel_size: 2 })).warnings).toEqual([])
  })

  test('cameras are not refined by voxels that can show no plant: their box has no end', async () => {
    const many = ringOfCameras(12, { radius: 20, height: 4, width: 48, focal: 90 })
    const files = many.map((camera, n) => {
      const value = image(silhouette(camera, isBall(3)))
      return [`view${n}`, { value, metadata: { camera: stored(camera) } }] as const
    })
    const inputs = {
      upstream_mask: await filesInput(masks, Object.fromEntries(files)),
      upstream_colmap: metadataInput(),
    }
    const wide = { ...params, voxel_size: 50_000, refine_cameras: true }
    await expect(outcomeOf<VoxelGrid>(task, inputs, wide)).rejects.toMatchObject({
      code: 'task/empty-result',
    })
  })

  test('masks that leave nothing are an error, not an empty volume', async () => {
    const change = { value: image({ width: 48, height: 48, data: new Uint8Array(48 * 48) }) }
    await expect(voxels({}, { change })).rejects.toMatchObject({ code: 'task/empty-result' })
    const away = { bounding_box: { x: [50, 51], y: [50, 51], z: [50, 51] } }
    await expect(voxels(away)).rejects.toMatchObject({ code: 'task/empty-result' })
  })
})

describe('the box that is filled', () => {
  const box = (n: number) => ({ x: [0, n], y: [0, n], z: [0, n] }) as const
  const sources = (parameter = true, scan = true, colmap = true, photographs = true) => ({
    parameter: parameter ? box(1) : undefined,
    masks: {
      scanMetadata: (key: string) => (scan && key === 'bounding_box' ? box(2) : undefined),
      metadata: (key: string) => (photographs && key === 'bounding_box' ? box(4) : undefined),
    },
    // ROMI's store gives an empty map for what it does not have
    cameras: { task: 'Colmap', metadata: () => (colmap ? box(3) : {}) },
    views: ring,
  })

  test('the box that is filled is that of the parameter, the scan, Colmap, the photographs, in this order', () => {
    expect(findBox(sources()).space.max).toEqual([1, 1, 1])
    expect(findBox(sources(false)).space.max).toEqual([2, 2, 2])
    expect(findBox(sources(false, false)).space.max).toEqual([3, 3, 3])
    expect(findBox(sources(false, false, false)).space.max).toEqual([4, 4, 4])
  })

  test('the box that is filled is what all cameras see where nobody knows one; which it was is said', async () => {
    const { space } = findBox(sources(false, false, false, false))
    // at a distance of 20, 24 pixels of 90 to each side are 5.33
    expect(space.max[2]).toBeGreaterThan(4)
    expect(space.max[2]).toBeLessThan(8)
    const { notes } = await voxels({ bounding_box: undefined, voxel_size: 1 })
    expect(notes).toEqual([expect.stringContaining('what all cameras see')])
    const alone = { ...sources(false, false, false, false), views: ring.slice(0, 1) }
    expect(() => findBox(alone)).toThrow(expect.objectContaining({ code: 'task/no-box' }))
  })

  test('the box that is filled is moved as the scan says', () => {
    const { masks: around, ...rest } = sources()
    const scanMetadata = (key: string): JsonObject =>
      key === 'displacement' ? { dx: 1, dy: -2, dz: 0.5 } : {}
    const { space } = findBox({ ...rest, masks: { ...around, scanMetadata } })
    expect(space).toEqual({ min: [1, -2, 0.5], max: [2, -1, 1.5] })
  })

  test('the box that is filled must not be empty', () => {
    const flat = { x: [0, 1], y: [2, 2], z: [0, 1] } as const
    expect(() => findBox({ ...sources(), parameter: flat })).toThrow(
      expect.objectContaining({ code: 'task/empty-box' }),
    )
  })
})

test('warns of a plant that the box cuts off, not of one that stands on it', async () => {
  const box = (x: readonly number[], z: readonly number[]) => ({
    bounding_box: { x: [...x], y: [-4, 4], z: [...z] },
  })
  const { box_sides: standing } = (await voxels(box([-4, 4], [0, 4]))).checks
  expect(standing.value).toBeLessThanOrEqual(1)
  const { box_sides: cut } = (await voxels(box([-4, 1], [0, 4]))).checks
  expect(cut).toEqual({
    value: 2,
    note: expect.stringMatching(/bounding_box: (high x, low z|low z, high x)/),
  })
})

describe('a volume larger than memory', () => {
  const grid = { shape: [1000, 1000, 1000], origin: [0, 0, 0], spacing: 0.1 } as const

  test('a volume larger than memory is refused with the voxel size that would fit', () => {
    let facts: Readonly<Record<string, unknown>> = {}
    try {
      checkMemory(grid, 'the scan', 4, 1.3e9)
    } catch (error) {
      expect(error).toMatchObject({ code: 'task/too-large' })
      facts = (error as { facts: typeof facts }).facts
    }
    const { voxelSize } = facts as { voxelSize: number }
    const nodes = Math.ceil((0.1 * 1000) / voxelSize)
    expect(nodes ** 3 * 4).toBeLessThan(1e9)
    expect(nodes ** 3 * 4).toBeGreaterThan(0.7e9)
  })

  test('a volume larger than memory is no concern where there is room', () => {
    expect(() => checkMemory(grid, 'the scan', 1, 4e9)).not.toThrow()
    expect(() => checkMemory({ ...grid, shape: [10, 10, 10] }, 'the scan', 4)).not.toThrow()
  })
})

describe('Voxels.npz', () => {
  const written = async (value: VoxelGrid) => {
    const fileset = memoryFileset()
    await voxelGrid.write(value, fileset.output)
    return fileset
  }

  test('Voxels.npz is read again as it was, with where it lies in its metadata', async () => {
    const { value } = await voxels({ labels: ['odd', 'even'], type: 'averaging' })
    const fileset = await written(value)
    expect(fileset.files.get('Voxels')).toMatchObject({
      extension: 'npz',
      metadata: { voxel_size: 0.5, origin: [-4, -4, -4] },
    })
    const again = await voxelGrid.read(fileset.input('Voxels'))
    expect(again.grid).toEqual(value.grid)
    for (const [label, data] of value.layers)
      expect(differing(again.layers.get(label)!, data)).toBe(0)
  })

  test.skipIf(!hasNumpy())('Voxels.npz is what numpy.load reads', async () => {
    const { value } = await voxels()
    const { bytes } = (await written(value)).files.get('Voxels')!
    const folder = mkdtempSync(join(tmpdir(), 'voxels-'))
    const path = join(folder, 'Voxels.npz')
    writeFileSync(path, bytes)
    const code = `import numpy, sys
v = numpy.load(sys.argv[1])['voxels']
print(v.dtype, v.shape, (v > 0).sum(), (v < 0).sum())`
    const told = execFileSync('python3', ['-c', code, path], { encoding: 'utf8' })
    rmSync(folder, { recursive: true })
    const data = value.layers.get('voxels')!
    const count = (sign: number) => data.filter((v) => Math.sign(v) === sign).length
    expect(told.trim()).toBe(`int8 (17, 17, 17) ${count(1)} ${count(-1)}`)
  })
})

describe('in a pipeline', () => {
  const scan = () =>
    scanRig({
      images: Object.fromEntries(
        views.map(({ mask, camera }, n) => [
          `view${n}`,
          { image: { ...mask, channels: 1 }, metadata: { camera: stored(camera) } },
        ]),
      ),
      fileset: { bounding_box },
    })
  const toml = (more = '') => `
    [Voxels]
    upstream_mask = "ImagesFilesetExists"
    upstream_colmap = "DummyTask"
    camera_metadata = "camera"
    voxel_size = 0.5
    ${more}
  `

  test('takes the box of the photographs, and runs again for another camera only', async () => {
    const rig = await scan()
    expect((await rig.run(toml())).ran).toEqual(['Voxels'])
    expect((await rig.run(toml())).ran).toEqual([])
    await rig.write(async (db) => {
      const photographs = await (await db.getScan('plant')).getFileset('images')
      await (await photographs.getFile('view0')).setMetadata('note', 'no matter')
    })
    expect((await rig.run(toml())).ran).toEqual([])
    await rig.write(async (db) => {
      const photographs = await (await db.getScan('plant')).getFileset('images')
      const moved = { ...ring[0], tvec: [0, 0.1, 20] } as const
      await (await photographs.getFile('view0')).setMetadata('camera', stored(moved))
    })
    expect((await rig.run(toml())).ran).toEqual(['Voxels'])
  })

  test('fails, naming the file, where a photograph has no camera', async () => {
    const rig = await scan()
    const { code, events } = await rig.run(toml('').replace('"camera"', '"colmap_camera"'))
    expect(code).toBe(30)
    const failed = events.find((event) => event.is === 'failed')
    expect(failed?.is === 'failed' && failed.failure.message).toContain('view0.png')
  })
})

function hasNumpy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
