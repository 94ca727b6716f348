// The published scans, from photographs to points, by ROMI's own pipeline files.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FilesetArtifact, JsonObject } from '../../src/index.ts'
import { pointCloud } from '../../tasks/artifacts/point-cloud.ts'
import { voxelGrid } from '../../tasks/artifacts/voxel-grid.ts'
import { tasks } from '../../tasks/index.ts'
import { unlimited } from '../../src/plan/readable.ts'
import { Rig } from '../support/rig.ts'
import { sharedData } from '../support/shared.ts'

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as JsonObject

/** The photographs of a published scan, in a database of their own. */
async function copied(data: string, name: string, channel: string): Promise<Rig> {
  const rig = await Rig.make({})
  rig.tasks = tasks
  const folder = join(data, name)
  const found = name === 'real_plant' ? json(join(data, 'real_plant_cameras.json')) : {}
  await rig.write(async (db) => {
    const scan = await db.getScan('plant')
    const images = await scan.getFileset('images')
    await images.setMetadata(json(join(folder, 'metadata', 'images.json')))
    for (const file of readdirSync(join(folder, 'images')).sort()) {
      const [id, extension] = file.split('.')
      if (!id.endsWith(channel)) continue
      const photograph = await images.createFile(id)
      await photograph.write(readFileSync(join(folder, 'images', file)), extension)
      const own = json(join(folder, 'metadata', 'images', `${id}.json`))
      await photograph.setMetadata({ ...own, ...(found[id] as JsonObject | undefined) })
    }
  })
  return rig
}

/** The value of what the last run of a task made. */
async function made<T>(rig: Rig, task: string, artifact: FilesetArtifact<string, T>): Promise<T> {
  const id = (await rig.filesets(task)).at(-1) ?? ''
  return rig.write(async (db) => {
    const fileset = await (await db.getScan('plant')).getFileset(id)
    return artifact.read(await unlimited(fileset, artifact))
  })
}

const standing = async (rig: Rig): Promise<number> => {
  const { layers } = await made(rig, 'Voxels', voxelGrid)
  let count = 0
  for (const value of layers.get('voxels')!) if (value > 0) count++
  return count
}

describe.skipIf(!sharedData)('on the published scans (../shared/data)', () => {
  const pipeline = (name: string) =>
    readFileSync(join(sharedData!, 'configs', `${name}.toml`), 'utf8')
  const targets = ['PointCloud']

  test('virtual_plant: the voxels that ROMI finds, and as many points', async () => {
    const rig = await copied(sharedData!, 'virtual_plant', 'rgb')
    const { ran, code } = await rig.run(pipeline('test_geom_pipe_virtual'), { targets })
    expect([ran, code]).toEqual([['Masks', 'Voxels', 'PointCloud'], 0])
    expect(await standing(rig)).toBe(159_086)
    expect((await made(rig, 'PointCloud', pointCloud)).cloud.points.length / 3).toBe(111_467)
  })

  test('virtual_plant: photographs of the background serve as masks', async () => {
    const rig = await copied(sharedData!, 'virtual_plant', 'background')
    // coarser than the 0.06 of the file, for the time that it takes
    const toml = pipeline('geom_pipe_virtual').replace('voxel_size = 0.06', 'voxel_size = 0.2')
    const { ran } = await rig.run(toml, { targets: ['Voxels'] })
    expect(ran).toEqual(['Voxels'])
    expect(await standing(rig)).toBeGreaterThan(10_000)
  })

  test('real_plant, with known cameras: a voxel less of 16,630 than ROMI finds', async () => {
    const rig = await copied(sharedData!, 'real_plant', 'rgb')
    const toml = pipeline('test_geom_pipe_real')
      .replace('[Undistorted]', '[Undistorted]\ncamera_model_src = "DummyTask"')
      .replace('upstream_colmap = "Colmap"', 'upstream_colmap = "DummyTask"')
    const { ran, code } = await rig.run(toml, { targets })
    expect([ran, code]).toEqual([['Undistorted', 'Masks', 'Voxels', 'PointCloud'], 0])
    expect(await standing(rig)).toBe(16_629)
  })
})
