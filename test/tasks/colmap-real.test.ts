// Colmap with the program itself, on a part of a published scan made smaller.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { centreOf } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { poseOf } from '../../tasks/colmap/placing.ts'
import { tasks } from '../../tasks/index.ts'
import { has } from '../support/programs.ts'
import { Rig } from '../support/rig.ts'
import { sharedData } from '../support/shared.ts'

const source = join(sharedData ?? '', 'real_plant')
const [first, count, width] = [0, 20, 960]

const jsonIn = (path: string): JsonObject => JSON.parse(readFileSync(path, 'utf8')) as JsonObject
const metadataOf = (id: string): JsonObject =>
  jsonIn(join(source, 'metadata', 'images', `${id}.json`))

/** Twenty neighbouring photographs of the real plant: a third of the turn, at two thirds of their size. */
async function partOfRealPlant(): Promise<Rig> {
  const rig = await Rig.make({})
  rig.tasks = tasks
  await rig.write(async (db) => {
    const images = await (await db.getScan('plant')).getFileset('images')
    await images.setMetadata(jsonIn(join(source, 'metadata', 'images.json')))
    const names = readdirSync(join(source, 'images'))
      .sort()
      .slice(first, first + count)
    for (const name of names) {
      const id = name.replace(/\.jpg$/, '')
      const smaller = sharp(join(source, 'images', name))
        .resize(width)
        .jpeg({ quality: 92 })
      const file = await images.createFile(id)
      await file.write(await smaller.toBuffer(), 'jpg')
      await file.setMetadata(metadataOf(id))
    }
  })
  return rig
}

describe.skipIf(!sharedData || !has('colmap'))('twenty photographs of a real plant', () => {
  test('get poses that agree with a run on all of them, and with COLMAP’s own aligner', async () => {
    const rig = await partOfRealPlant()
    const ran = await rig.run('[Colmap]\nmatcher = "guided"\ndistance_threshold = 6')
    expect(ran.code).toBe(0)
    const [id] = await rig.filesets('Colmap')
    const folder = join(rig.path, 'plant', id)
    const json = (file: string): JsonObject => jsonIn(join(folder, file))

    const found = json('annotations.json').images as Record<string, JsonObject>
    const correct = Object.values(found).filter((of) => of.pose_estimation === 'correct')
    expect(correct.length).toBeGreaterThanOrEqual(18)
    expect(json('euclidean_distances.json').mean_euclidean_distance).toBeLessThan(3)
    const { 1: lens } = json('cameras.json') as Record<string, { params: readonly number[] }>
    // 1170 pixels on photographs that are half as wide again
    expect(Math.abs(lens.params[0] - 1170 / 1.5)).toBeLessThan(40)

    const truth = jsonIn(join(source, '..', 'real_plant_cameras.json')) as unknown as Record<
      string,
      { readonly estimated_pose: Vec3 }
    > // as its README says
    const apart = Object.entries(found).flatMap(([name, { estimated_pose: at }]) =>
      at === null ? [] : [distance(at as unknown as Vec3, truth[name].estimated_pose)],
    )
    expect(apart.reduce((sum, d) => sum + d, 0) / apart.length).toBeLessThan(6)

    const moved = await alignedByColmap(folder, join(rig.path, '..'))
    expect(Math.max(...moved)).toBeLessThan(1.5)
  })
})

const distance = (a: Vec3, b: Vec3): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])

/** How far `colmap model_aligner`, which draws at random, moves the cameras that we aligned. */
async function alignedByColmap(fileset: string, scratch: string): Promise<number[]> {
  const read = async (name: string) =>
    io.jsonCodec.decode(readFileSync(join(fileset, `${name}.json`)), name)
  const stored = Object.values((await read('images')) as unknown as Record<string, StoredImage>)
  const images = stored.map(({ id, name, qvec, tvec }) => ({
    id,
    name,
    qvec,
    tvec,
    cameraId: 1,
    xys: new Float64Array(0),
    point3DIds: new Float64Array(0),
  }))
  const none = new Float64Array(0)
  const model = {
    cameras: [{ id: 1, model: 'SIMPLE_PINHOLE', width: 9, height: 9, params: [9, 4, 4] }],
    images,
    points3D: {
      ids: none,
      xyz: none,
      errors: none,
      rgb: new Uint8Array(0),
      starts: new Uint32Array(1),
      tracks: new Uint32Array(0),
    },
  }
  const [from, to] = ['from', 'to'].map((name) => join(scratch, name))
  for (const folder of [from, to]) mkdirSync(folder)
  for (const [name, bytes] of Object.entries(await io.encodeColmapModel(model)))
    writeFileSync(join(from, name), bytes)
  const list = join(from, 'poses.txt')
  const lines = stored.map(({ name }) => {
    const [x, y, z] = metadataOf(name.replace(/\.jpg$/, '')).approximate_pose as readonly number[]
    return `${name} ${x} ${y} ${z}\n`
  })
  writeFileSync(list, lines.join(''))
  const options = ['--input_path', from, '--output_path', to, '--ref_images_path', list]
  const help = spawnSync('colmap', ['model_aligner', '-h'], { encoding: 'utf8' })
  const isNew = !`${help.stdout}${help.stderr}`.includes('--robust_alignment_max_error')
  const limit = isNew ? '--alignment_max_error' : '--robust_alignment_max_error'
  const ran = spawnSync('colmap', ['model_aligner', ...options, '--ref_is_gps', '0', limit, '10'])
  expect(ran.status).toBe(0)
  const files = Object.fromEntries(
    readdirSync(to).map((name) => [name, readFileSync(join(to, name))]),
  )
  const aligned = await io.decodeColmapModel(files, 'aligned')
  const places = new Map(aligned.images.map((image) => [image.name, centreOf(poseOf(image))]))
  return images.map((image) => distance(centreOf(poseOf(image)), places.get(image.name)!))
}

type StoredImage = Pick<io.ColmapImage, 'id' | 'name' | 'qvec' | 'tvec'>
