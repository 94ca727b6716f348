// ROMI's viewer: every field that its source reads, with the shape and the unit that it takes.
import { cp, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readZip } from '../../src/io/zip/read.ts'
import { pointCloudCodec, triangleMeshCodec } from '../../src/io/index.ts'
import { Serving } from '../support/serving.ts'
import { sharedData } from '../support/shared.ts'

/** Degrees of one radian, as the viewer's panels have it. */
const perRadian = 57.2958

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

const lens = (model: string, params: readonly number[]) => ({
  camera_model: { model, width: 640, height: 480, params },
  rotmat: [
    [1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  tvec: [0.5, 1, 30],
})

const square = {
  vertices: Float64Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0),
  triangles: Uint32Array.of(0, 1, 2, 0, 2, 3),
}

let site: Serving
beforeAll(async () => {
  site = await Serving.make()
  await site.write(async (db) => {
    // In cm, two channels, an OPENCV lens in the metadata, no Colmap.
    const scan = await db.createScan('plant_cm', {
      unit: 'cm',
      date: '2026-05-04 10:11:12',
      object: { species: 'Arabidopsis thaliana', plant_id: 'Col-0 7', environment: 'Lyon' },
      workspace: { x: [-10, 10], y: [-20, 20], z: [0, 30] },
    })
    const images = await scan.createFileset('images')
    for (const i of [0, 1, 2, 10])
      for (const channel of ['rgb', 'mask']) {
        const file = await images.createFile(`shot_${i}_${channel}`)
        await file.write(png, 'png')
        await file.setMetadata({
          channel,
          camera: lens('OPENCV', [500, 510, 320, 240, 0.1, 0.2, 0.01, 0.02]),
        })
      }
    const mesh = await scan.createFileset('TriangleMesh_x', { task_name: 'TriangleMesh' })
    await (
      await mesh.createFile('TriangleMesh')
    ).write(await triangleMeshCodec.encode(square), 'ply')
    const cloud = await scan.createFileset('PointCloud_x', { task_name: 'PointCloud' })
    const points = Float64Array.from({ length: 30_000 }, (_, i) => (i % 97) / 10)
    await (
      await cloud.createFile('PointCloud')
    ).write(await pointCloudCodec.encode({ points }), 'ply')
    const write = async (task: string, value: unknown) => {
      const fileset = await scan.createFileset(`${task}_x`, { task_name: task })
      await (await fileset.createFile(task)).write(Buffer.from(JSON.stringify(value)), 'json')
    }
    await write('CurveSkeleton', {
      points: [
        [0, 0, 0],
        [0, 0, 1],
        [0, 0, 2],
        [1, 0, 3],
        [-1, 0, 3],
      ],
      lines: [
        [0, 1],
        [1, 2],
        [2, 3],
        [2, 4],
      ],
    })
    await write('AnglesAndInternodes', {
      angles: [137.5, 222.5],
      internodes: [1.25, 0.5],
      fruit_points: [
        [
          [0, 0, 1],
          [1, 0, 1.5],
        ],
        [
          [0, 0, 2],
          [0, 1, 2.5],
        ],
        [
          [0, 0, 3],
          [0, -1, 3.5],
        ],
      ],
    })
    // A scan of nothing but a picture, and one of nothing at all.
    const bare = await db.createScan('bare')
    await (await (await bare.createFileset('images')).createFile('one')).write(png, 'png')
    await db.createScan('empty')
  })
  await site.start({ allowedOrigins: ['http://localhost:3000'] })
})
afterAll(() => site[Symbol.asyncDispose]())

/** What the older viewer joins: the base, and an address that begins with a slash. */
const joined = (address: unknown): string => {
  expect(address).toMatch(/^\//)
  return site.address.slice(0, -1) + String(address)
}

describe('the list', () => {
  test.each(['scans', 'scans_info'])('%s has every key that either viewer reads', async (path) => {
    const { json } = await site.get(path)
    expect(json.map(({ id }: { id: string }) => id)).toEqual(['bare', 'empty', 'plant_cm'])
    for (const info of json) {
      const { date, species, plant, environment, nbPhotos, files } = info.metadata
      expect(new Date(date).getTime()).not.toBeNaN()
      for (const word of [species, plant, environment]) expect(typeof word).toBe('string')
      expect(Number.isInteger(nbPhotos)).toBe(true)
      joined(files.archive)
      expect(files.metadatas).toBe(files.metadata)
      joined(files.metadata)
      expect(typeof info.thumbnailUri).toBe('string')
      expect(info.error).toBe(false)
      for (const has of [
        'hasMesh',
        'hasSkeleton',
        'hasAngleData',
        'hasTriangleMesh',
        'hasCurveSkeleton',
        'hasAnglesAndInternodes',
        'isVirtual',
        'hasColmap',
        'hasPointCloud',
        'hasTreeGraph',
        'hasAutomatedMeasures',
        'hasManualMeasures',
        'hasSegmentation2D',
        'hasPcdGroundTruth',
        'hasPointCloudEvaluation',
        'hasSegmentedPointCloud',
        'hasSegmentedPcdEvaluation',
      ])
        expect(typeof info[has], has).toBe('boolean')
    }
  })

  test('tells what a plant is, and what there is of it', async () => {
    const info = (await site.get('scans')).json[2]
    expect(info).toMatchObject({
      metadata: { species: 'Arabidopsis thaliana', plant: 'Col-0 7', environment: 'Lyon' },
      images: ['shot_0_rgb.png', 'shot_1_rgb.png', 'shot_2_rgb.png', 'shot_10_rgb.png'],
      hasMesh: true,
      hasTriangleMesh: true,
      hasColmap: false,
      hasManualMeasures: false,
      tasks_fileset: { TriangleMesh: 'TriangleMesh_x', images: 'images' },
    })
    expect(info.metadata.nbPhotos).toBe(4)
    const thumbnail = await site.get(joined(info.thumbnailUri))
    expect(thumbnail.headers['content-type']).toBe('image/jpeg')
  })

  test('keeps those whose metadata hold the words that are searched for', async () => {
    const found = (await site.get('scans?filterQuery=ARABIDOPSIS')).json
    expect(found.map(({ id }: { id: string }) => id)).toEqual(['plant_cm'])
  })
})

describe('a scan', () => {
  test('a scan without Colmap has a pose for each rgb photograph, in mm, and the picture of each', async () => {
    const { camera } = (await site.get('scans/plant_cm')).json
    expect(camera.poses).toHaveLength(4)
    for (const pose of camera.poses) {
      expect(pose.tvec).toEqual([5, 10, 300])
      expect(pose.rotmat).toEqual([
        [1, 0, 0],
        [0, 0, -1],
        [0, 1, 0],
      ])
      expect(pose.isMatched).toBe(true)
      expect((await site.get(joined(pose.photoUri))).status).toBe(200)
    }
    const index = (await site.get('files/plant_cm/files.json')).json
    const images = index.filesets.find(({ id }: { id: string }) => /images/.test(id.toLowerCase()))
    const names = camera.poses.map(
      ({ photoUri }: { photoUri: string }) => /([^/]+)\?/.exec(photoUri)![1],
    )
    expect(images.files.map(({ id }: { id: string }) => id)).toEqual(names)
    const [{ file }] = images.files
    expect((await site.get(`files/plant_cm/${images.id}/${file}`)).bytes.equals(png)).toBe(true)
  })

  test('a scan has f, cx and cy at 0, 2 and 3 of the lens, where the viewer takes them', async () => {
    const { model } = (await site.get('scans/plant_cm')).json.camera
    expect([model.params[0], model.params[2], model.params[3]]).toEqual([500, 320, 240])
    const bare = (await site.get('scans/bare')).json.camera
    expect(bare.poses).toEqual([])
    expect(bare.model.params[3]).toBeGreaterThan(0)
  })

  test('a scan has angles in radians, which its panels turn into degrees, and lengths in mm', async () => {
    const { data } = (await site.get('scans/plant_cm')).json
    const shown = data.angles.angles.map((angle: number) => angle * perRadian)
    expect(shown[0]).toBeCloseTo(137.5, 3)
    expect(shown[1]).toBeCloseTo(222.5, 3)
    expect(data.angles.internodes).toEqual([12.5, 5])
    expect(data.angles.fruit_points[0]).toEqual([
      [0, 0, 10],
      [10, 0, 15],
    ])
  })

  test('a scan has a skeleton of lines between points, straight ones merged, in mm', async () => {
    const { skeleton } = (await site.get('scans/plant_cm')).json.data
    expect(skeleton.lines).toHaveLength(3)
    for (const [a, b] of skeleton.lines) {
      expect(skeleton.points[a]).toHaveLength(3)
      expect(skeleton.points[b]).toHaveLength(3)
    }
    expect(Math.max(...skeleton.points.flat())).toBe(30)
    expect((await site.get('skeleton/plant_cm')).json).toEqual(skeleton)
  })

  test('a scan has its workspace in mm, and none where none is known', async () => {
    expect((await site.get('scans/plant_cm')).json.workspace).toEqual({
      x: [-100, 100],
      y: [-200, 200],
      z: [0, 300],
    })
    expect((await site.get('scans/bare')).json).not.toHaveProperty('workspace')
  })

  test.each(['plant_cm', 'bare', 'empty'])(
    '%s has every address that is joined without a look, and data',
    async (id) => {
      const { json } = await site.get(`scans/${id}`)
      for (const key of ['mesh', 'pointCloud', 'pcdGroundTruth']) joined(json.filesUri[key])
      joined(json.skeleton)
      joined(json.angles)
      expect(typeof json.data).toBe('object')
      expect(Array.isArray(json.camera.poses)).toBe(true)
      if (json.data.angles) expect(Array.isArray(json.data.angles.fruit_points)).toBe(true)
    },
  )

  test('that is not there is refused', async () => {
    expect((await site.get('scans/none')).status).toBe(404)
  })
})

describe('shapes and sequences', () => {
  test('a mesh in cm is sent in mm', async () => {
    const { filesUri } = (await site.get('scans/plant_cm')).json
    const { bytes } = await site.get(joined(filesUri.mesh))
    const mesh = await triangleMeshCodec.decode(bytes, 'TriangleMesh.ply')
    expect([...mesh.vertices]).toEqual([...square.vertices].map((value) => 10 * value))
    expect([...mesh.triangles]).toEqual([...square.triangles])
  })

  test.each([
    ['orig', 10_000],
    ['preview', 10_000],
    ['1000', 1],
  ])('a cloud of size %s has at most so many points', async (size, most) => {
    const { bytes } = await site.get(`pointcloud/plant_cm/PointCloud_x/PointCloud?size=${size}`)
    const { points } = await pointCloudCodec.decode(bytes, 'PointCloud.ply')
    expect(points.length / 3).toBeLessThanOrEqual(most)
    expect(Math.max(...points)).toBeGreaterThan(size === '1000' ? -1 : 90)
  })

  test('/sequence has angles in degrees and internodes in mm, or one list', async () => {
    const all = (await site.get('sequence/plant_cm?type=all')).json
    expect(all.angles).toEqual([137.5, 222.5])
    expect(all.internodes).toEqual([12.5, 5])
    expect((await site.get('sequence/plant_cm?type=angles')).json).toEqual(all.angles)
    expect((await site.get('sequence/plant_cm?type=manual_angles')).json).toEqual([])
    expect((await site.get('sequence/plant_cm?type=nonsense')).status).toBe(400)
  })

  test('an archive has all files of the scan, and none of ours', async () => {
    const { bytes } = await site.get('archive/plant_cm')
    const files = readZip(bytes)
    const names = files.map(({ name }) => name)
    expect(names).toContain('plant_cm/files.json')
    expect(names).toContain('plant_cm/metadata/metadata.json')
    expect(names.filter((name) => name.includes('/.'))).toEqual([])
    const picture = files.find(({ name }) => name === 'plant_cm/images/shot_0_rgb.png')
    expect(Buffer.from(await picture!.bytes()).equals(png)).toBe(true)
  })
})

test('an allowed site may read, and its pages may show the pictures', async () => {
  const origin = 'http://localhost:3000'
  const { headers } = await site.get('scans', { Origin: origin })
  expect(headers['access-control-allow-origin']).toBe(origin)
  const image = await site.get('image/bare/images/one?size=orig', { Referer: `${origin}/viewer` })
  expect(image.headers['cross-origin-resource-policy']).toBe('cross-origin')
  expect((await site.get('scans', { Origin: 'http://evil.com' })).status).toBe(403)
})

describe.skipIf(sharedData === undefined)('the published scans', () => {
  test('the published scans are told with poses, in mm, with what was measured by hand', async () => {
    await using of = await Serving.make()
    for (const name of ['real_plant', 'virtual_plant']) {
      const [from, to] = [join(sharedData!, name), join(of.db.path, name)]
      await mkdir(join(to, 'images'), { recursive: true })
      for (const part of (await readdir(from)).filter((one) => one !== 'images'))
        await cp(join(from, part), join(to, part), { recursive: true })
      const shots = (await readdir(join(from, 'images'))).sort().slice(0, 9)
      for (const shot of shots) await cp(join(from, 'images', shot), join(to, 'images', shot))
    }
    await of.start()
    const real = (await of.get('scans/real_plant')).json
    const measures = JSON.parse(
      await readFile(join(sharedData!, 'real_plant', 'measures.json'), 'utf8'),
    ) as { angles: number[]; internodes: number[] }
    const { measured_angles, measured_internodes, fruit_points } = real.data.angles
    // That file holds radians, as ROMI's tools wrote it.
    expect(measured_angles).toEqual(measures.angles.map((angle) => expect.closeTo(angle, 6)))
    expect(measured_internodes).toEqual(measures.internodes)
    expect(fruit_points).toEqual([])
    expect(real.workspace.x).toEqual([340, 440])
    const virtual = (await of.get('scans/virtual_plant')).json
    expect(virtual.isVirtual).toBe(true)
    expect(virtual.camera.poses.length).toBe(18)
    // The circle of its cameras is 75 cm wide.
    const [{ tvec }] = virtual.camera.poses
    expect(Math.hypot(...tvec)).toBeGreaterThan(750)
    expect(virtual.images.every((name: string) => name.includes('rgb'))).toBe(true)
  })
})
