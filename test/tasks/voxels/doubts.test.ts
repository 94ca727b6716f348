// What Voxels says of cameras and masks that cannot be what they seem.
import { describe, expect, test } from 'vitest'
import { countBytes } from '../../../src/geometry/bytes.ts'
import { checkOptics, type Camera } from '../../../src/geometry/camera.ts'
import type { Vec3 } from '../../../src/geometry/linear.ts'
import type { JsonObject } from '../../../src/index.ts'
import { images } from '../../../tasks/artifacts/images.ts'
import { masks } from '../../../tasks/artifacts/masks.ts'
import masksTask from '../../../tasks/masks.ts'
import task from '../../../tasks/voxels.ts'
import { boxInView } from '../../../tasks/voxels/box-in-view.ts'
import { likelyConvention } from '../../../tasks/voxels/conventions.ts'
import { greyShare } from '../../../tasks/voxels/grey-masks.ts'
import { ringOfCameras } from '../../support/cameras.ts'
import { stored } from '../../support/scan-rig.ts'
import { filesInput, metadataInput, outcomeOf } from '../../support/task-context.ts'

// as a scanner stands around a plant: lengths in mm
const ring = ringOfCameras(8, { radius: 200, height: 40, width: 64, focal: 64 })
const space = { min: [-60, -60, -60], max: [60, 60, 60] } as const
const bounding_box = { x: [-60, 60], y: [-60, 60], z: [-60, 60] } as const

const transpose = ([a, b, c, d, e, f, g, h, i]: readonly number[]) => [a, d, g, b, e, h, c, f, i]
const times = (r: readonly number[], [x, y, z]: Vec3, sign: number): Vec3 => [
  sign * (r[0] * x + r[1] * y + r[2] * z),
  sign * (r[3] * x + r[4] * y + r[5] * z),
  sign * (r[6] * x + r[7] * y + r[8] * z),
]
const centre = ({ rotmat, tvec }: Camera) => times(transpose(rotmat), tvec, -1)
const opengl = (camera: Camera): Camera => ({
  ...camera,
  rotmat: camera.rotmat.map((value, i) => (i < 3 ? value : -value)),
  tvec: [camera.tvec[0], -camera.tvec[1], -camera.tvec[2]],
})
const toWorld = (camera: Camera): Camera => ({
  ...camera,
  rotmat: transpose(camera.rotmat),
  tvec: centre(camera),
})
const scaled =
  (factor: number) =>
  (camera: Camera): Camera => ({
    ...camera,
    tvec: [factor * camera.tvec[0], factor * camera.tvec[1], factor * camera.tvec[2]],
  })

const others: readonly (readonly [RegExp, (camera: Camera) => Camera])[] = [
  [/from camera to world \(invert them\)/, toWorld],
  [/axes of OpenGL: y up/, opengl],
  [/NeRF/, (camera) => toWorld(opengl(camera))],
  [/centres/, (camera) => ({ ...camera, tvec: centre(camera) })],
  [/metres/, scaled(1 / 1000)],
  [/centimetres/, scaled(1 / 10)],
]

async function voxels(
  cameras: readonly Camera[],
  { value = 255, params = {} }: { value?: number; params?: JsonObject } = {},
) {
  const data = new Uint8Array(64 * 64).fill(255)
  data[0] = value
  const image = { width: 64, height: 64, channels: 1, depth: 8, data } as const
  const files = cameras.map(
    (camera, n) => [`view${n}`, { value: image, metadata: { camera: stored(camera) } }] as const,
  )
  const inputs = {
    upstream_mask: await filesInput(masks, Object.fromEntries(files)),
    upstream_colmap: metadataInput(),
  }
  const { warnings, checks } = await outcomeOf(task, inputs, {
    camera_metadata: 'camera',
    voxel_size: 10,
    bounding_box,
    ...params,
  })
  return { warnings, checks }
}

describe('cameras', () => {
  test('that see the box are not doubted, with box or without', async () => {
    const { mean, inside } = boxInView(space, ring)
    expect(mean).toBeGreaterThan(0.9)
    expect(inside).toBe(0)
    expect((await voxels(ring)).warnings).toEqual([])
  })

  test.each(others)('cameras of another convention are told which: %s', (named, other) => {
    expect(likelyConvention(ring.map(other), space)).toMatch(named)
  })

  test('that see nothing of the box fail, with the convention that would', async () => {
    await expect(voxels(ring.map(opengl))).rejects.toMatchObject({
      code: 'task/empty-result',
      message: expect.stringMatching(/OpenGL/),
    })
  })

  test('that hardly see the box are told the convention by the check of what is not seen', async () => {
    const { checks, warnings } = await voxels(ring.map(scaled(1 / 1000)))
    expect(checks.unseen_share.note).toMatch(/^the cameras look like lengths in metres/)
    expect(warnings.join()).toMatch(/they look like lengths in metres/)
  })

  test('that look at no one place are told the convention, not only to give a box', async () => {
    const params = { bounding_box: undefined } as unknown as JsonObject // as a pipeline without it
    await expect(voxels(ring.map(toWorld), { params })).rejects.toMatchObject({
      code: 'task/no-box',
      message: expect.stringMatching(/invert them/),
    })
  })

  test('cameras of which one sees nothing of the box are told its file', async () => {
    const { checks } = await voxels(ring.map((camera, n) => (n === 3 ? opengl(camera) : camera)))
    expect(checks.blind_views).toEqual({ value: 1, note: expect.stringMatching(/^view3\./) })
  })

  test('cameras of which one stands in the box are told its file', async () => {
    const [first, ...others] = ring
    const inside = { ...first, tvec: [0, 0, 0] as const }
    const { checks } = await voxels([inside, ...others])
    expect(checks.cameras_inside).toEqual({ value: 1, note: expect.stringMatching(/^view0\./) })
  })

  test.each([
    [[-320, -320, 160, 160], /focal length fx is -320/],
    [[320, 0, 160, 160], /fy is 0/],
    [[1, 1, 0.5, 0.5], /shares of the image/],
  ])('cameras with the lens %j are refused', (params, message) => {
    const camera = { ...ring[0], model: 'PINHOLE', width: 320, height: 320, params } as const
    expect(() => checkOptics(camera)).toThrow(message)
  })
})

describe('masks', () => {
  test('masks with grey pixels are told with their share, unless they are averaged', async () => {
    expect((await voxels(ring, { value: 0 })).checks.grey_share.value).toBe(0)
    const { checks } = await voxels(ring, { value: 128 })
    expect(checks.grey_share.value).toBeCloseTo(1 / 64 ** 2, 9)
    expect(checks.grey_share.note).toMatch(/8 of 8 masks/)
    const averaged = await voxels(ring, { value: 128, params: { type: 'averaging' } })
    expect(averaged.checks.grey_share).toBeUndefined()
  })

  test('masks have a share of grey between black and their own white', () => {
    const shareOf = (...pixels: number[]) => greyShare(countBytes(Uint8Array.from(pixels)))
    expect(shareOf(0, 0, 1, 1)).toBe(0)
    expect(shareOf(0, 128, 255, 255)).toBe(0.25)
    expect(shareOf(0, 0)).toBe(0)
    expect(shareOf()).toBe(0)
  })

  test('that are read as photographs are told how to be read as masks', async () => {
    const data = Uint8Array.from({ length: 16 }, (_, i) => (i % 3 === 0 ? 255 : 0))
    const mask = { width: 4, height: 4, channels: 1, depth: 8, data } as const
    const told = async (value: typeof mask) => {
      const upstream_task = await filesInput(images, { a: { value } })
      return outcomeOf(masksTask, { upstream_task }, {}, { file: upstream_task.files[0], value })
    }
    await expect(told(mask)).rejects.toMatchObject({
      code: 'task/unusable-image',
      message: expect.stringContaining('upstream_mask = "ImagesFilesetExists"'),
    })
    const grey = { ...mask, data: data.map((value, i) => value + i) }
    await expect(told(grey)).rejects.toMatchObject({
      message: expect.not.stringContaining('upstream_mask'),
    })
  })
})
