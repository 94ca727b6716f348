// Voxels with cameras that are off: mended where that is wished and helps, and it is told.
import { describe, expect, test } from 'vitest'
import type { View } from '../../src/geometry/voxels/views.ts'
import type { JsonObject } from '../../src/index.ts'
import { masks } from '../../tasks/artifacts/masks.ts'
import { voxelGrid, type VoxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import task from '../../tasks/voxels.ts'
import { memoryFileset } from '../support/memory-fileset.ts'
import { stored } from '../support/scan-rig.ts'
import { cameras, knocked, views } from '../support/stick-plant.ts'
import { filesInput, metadataInput, outcomeOf } from '../support/task-context.ts'

const params = {
  camera_metadata: 'camera',
  voxel_size: 0.25,
  bounding_box: { x: [-12, 12], y: [-12, 12], z: [-17, 17] },
} as const

async function voxels(of: readonly View[], changes: JsonObject = {}) {
  const files = of.map(({ camera, mask }, n) => {
    const value = { width: mask.width, height: mask.height, channels: 1, depth: 8, data: mask.data }
    return [
      `view${String(n).padStart(2, '0')}`,
      { value, metadata: { camera: stored(camera) } },
    ] as const
  })
  // Safe: the masks of the plant of sticks are images of one channel.
  const upstream_mask = await filesInput(masks, Object.fromEntries(files) as never)
  const inputs = { upstream_mask, upstream_colmap: metadataInput() }
  return outcomeOf<VoxelGrid>(task, inputs, { ...params, ...changes })
}

/** Its bytes: comparing a million numbers one by one takes its time. */
const bytesOf = ({ layers }: VoxelGrid) => Buffer.from(layers.get('voxels')!)
const kept = ({ layers }: VoxelGrid) => layers.get('voxels')!.filter((value) => value > 0).length

async function written(value: VoxelGrid) {
  const fileset = memoryFileset()
  await voxelGrid.write(value, fileset.output)
  return fileset
}

describe('with cameras that are off by 1.5 pixels', () => {
  const off = knocked(1.5)

  test('by default they are used as they are, with a hint, and nothing else is written', async () => {
    const { value, warnings, notes, checks } = await voxels(off)
    expect(notes).toContainEqual(expect.stringContaining('refine_cameras = "auto"'))
    expect(checks.silhouette_lost.value).toBeGreaterThan(task.checks!.silhouette_lost.max!)
    expect(warnings).toEqual([])
    const fileset = await written(value)
    expect([...fileset.files.keys()]).toEqual(['Voxels'])
    expect(fileset.metadata()).toEqual({})
  })

  test.each(['auto', true])('%j mends them, and tells what it did', async (refine_cameras) => {
    const plain = (await voxels(off)).value
    const { value } = await voxels(off, { refine_cameras })
    const exact = (await voxels(views)).value
    expect(kept(plain)).toBeLessThan(0.6 * kept(exact))
    expect(kept(value)).toBeGreaterThan(0.8 * kept(exact))
    expect(value.fit?.refinement?.isKept).toBe(true)
    const fileset = await written(value)
    expect([...fileset.files.keys()].sort()).toEqual([
      'Voxels',
      'camera_moves',
      'cameras',
      'images',
    ])
    const told = fileset.metadata().camera_refinement as JsonObject
    expect(told.lost_before).toBeGreaterThan(0.1)
    expect(told.lost_after).toBeLessThan(0.6 * Number(told.lost_before))
    expect(Object.keys(told.pixels_moved as JsonObject)).toHaveLength(off.length)
  })

  test('a view that was moved by more than three pixels is named', async () => {
    const [far] = knocked(6)
    const { warnings } = await voxels([far, ...off.slice(1)], { refine_cameras: 'auto' })
    expect(warnings).toEqual([expect.stringContaining('view00')])
  })

  test('with fewer than twelve views, cameras that are off are left alone, and it is said', async () => {
    const { value, warnings } = await voxels(off.slice(0, 11), { refine_cameras: 'auto' })
    expect(value.fit?.refinement).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('11 views are too few')])
  })

  test('averaging is not refined, and says so', async () => {
    const { warnings } = await voxels(off, { refine_cameras: true, type: 'averaging' })
    expect(warnings).toEqual([expect.stringContaining('refine_cameras')])
  })
})

describe('with cameras that are right', () => {
  test('"auto" leaves them alone, and notes what was lost', async () => {
    const plain = (await voxels(views)).value
    const { value, warnings } = await voxels(views, { refine_cameras: 'auto' })
    expect(warnings).toEqual([])
    expect(bytesOf(value).equals(bytesOf(plain))).toBe(true)
    expect((await written(value)).metadata().silhouette_lost).toBeLessThan(0.05)
  })

  test('true tries, and keeps the given ones where that gains nothing', async () => {
    const plain = (await voxels(views)).value
    const { value } = await voxels(views, { refine_cameras: true })
    const used = value.fit?.refinement?.isKept ? value : plain
    expect(bytesOf(value).equals(bytesOf(used))).toBe(true)
    expect(value.fit?.refinement?.moves.map(({ given }) => given)).toEqual(cameras)
  })
})
