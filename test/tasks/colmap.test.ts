// What becomes of what COLMAP finds: a program of its name finds models made here.
import { describe, expect, test, vi } from 'vitest'
import { centreOf } from '../../src/geometry/camera.ts'
import { rotationOf } from '../../src/geometry/poses/quaternion.ts'
import { poseAt, type Stand } from '../../src/geometry/render/camera-path.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { modelOf, takenAt } from '../support/colmap-models.ts'
import {
  all,
  allBut,
  annotations,
  failureOf,
  idOf,
  image,
  made,
  ring,
  saidBy,
  scan,
  standsOf,
} from '../support/colmap-scan.ts'

const namesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${idOf(i)}.png`)

const raised =
  (...which: readonly number[]) =>
  (stand: Stand, i: number): Stand =>
    which.includes(i)
      ? { ...stand, position: [stand.position[0], stand.position[1], stand.position[2] + 40] }
      : stand

const chaos = (stand: Stand, i: number): Stand => ({ ...stand, position: [i * i, 0, -7 * i] })

describe('what Colmap finds', () => {
  test('comes out in the scanner’s frame, as ROMI’s tools read it', async () => {
    const { rig } = await scan()
    expect((await rig.run('[Colmap]')).code).toBe(0)

    const { p03 } = await annotations(rig)
    expect(p03.pose_estimation).toBe('correct')
    const position = p03.estimated_pose as readonly number[]
    ring[3].position.forEach((value, axis) => expect(position[axis]).toBeCloseTo(value, 6))
    const { camera_model, rotmat, tvec } = p03.colmap_camera as JsonObject
    // the second coefficient that SIMPLE_RADIAL does not have is 0, not a copy of the first
    expect(camera_model).toMatchObject({
      model: 'OPENCV',
      params: [3.2, 3.2, 2, 1.5, 0.05, 0, 0, 0],
    })
    const truth = poseAt(ring[3])
    ;(rotmat as number[][]).flat().forEach((value, i) => {
      expect(value).toBeCloseTo(truth.rotmat[i], 9)
    })
    ;(tvec as number[]).forEach((value, i) => expect(value).toBeCloseTo(truth.tvec[i], 6))

    const images = await made(rig, 'images')
    expect(Object.keys(images)).toEqual(namesOf(12))
    expect(images['p03.png']).toMatchObject({
      camera_id: 1,
      xys: [
        [1, 2],
        [3, 0.5],
      ],
      point3D_ids: [7, -1],
    })
    expect((await made(rig, 'points3d'))['3']).toMatchObject({ image_ids: [1], point2D_idxs: [1] })
    const { mean_euclidean_distance: mean } = await made(rig, 'euclidean_distances')
    expect(mean).toBeLessThan(1e-6)
  })

  test('reads the same, binary or text', async () => {
    const texts = await Promise.all(
      (['bin', 'txt'] as const).map(async (form) => {
        const { rig } = await scan({ form })
        await rig.run('[Colmap]')
        return JSON.stringify(await made(rig, 'images'))
      }),
    )
    expect(texts[0]).toBe(texts[1])
  })

  test('what Colmap finds is cropped to the workspace, which the fileset tells as its bounding box', async () => {
    const { rig } = await scan()
    await rig.run('[Colmap]')
    const [id] = await rig.filesets('Colmap')
    const { box, sparse } = await rig.write(async (db) => {
      const fileset = await (await db.getScan('plant')).getFileset(id)
      return {
        box: await fileset.getMetadata('bounding_box'),
        sparse: await io.readPointCloud(await fileset.getFile('sparse')),
      }
    })
    expect(box).toEqual({ x: [340, 440], y: [330, 410], z: [-180, 105] })
    expect(sparse.points.length).toBe(9)
    expect(sparse.points[0]).toBeCloseTo(375, 6)
  })

  test('what Colmap finds has the box of all points that all cameras see where none lies in the one that was given', async () => {
    const { rig } = await scan()
    const ran = await rig.run('[Colmap.bounding_box]\nx = [0, 1]\ny = [0, 1]\nz = [0, 1]')
    expect(saidBy(ran, 'warn')).not.toBe('')
    const [id] = await rig.filesets('Colmap')
    const box = await rig.write(async (db) =>
      (await (await db.getScan('plant')).getFileset(id)).getMetadata('bounding_box'),
    )
    // the points span 361 to 900, 350 to 900, -40 to 900, with their margins 334 to 927, 322 to 928
    // and -87 to 947; cameras in a ring of 300 mm around (375, 375, 80) all see 160 mm around it
    expect(box).toEqual({ x: [334, 535], y: [322, 535], z: [-61, 221] })
  })

  test('what Colmap finds is the model with most photographs at their places, of several', async () => {
    const few = modelOf(standsOf([0, 1, 2, 3]))
    const nonsense = modelOf(standsOf(all, chaos))
    const { rig } = await scan({ models: [few, nonsense, modelOf(standsOf(allBut(5)))] })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(Object.keys(await made(rig, 'images'))).toHaveLength(11)
    expect(saidBy(ran, 'warn')).toContain('4, 12, 11')
  })

  test('stays in its own frame where that is asked for, and is held against nothing', async () => {
    const { rig } = await scan({ models: [modelOf(standsOf(all, chaos))] })
    const ran = await rig.run('[Colmap]\nalign_pcd = false\ndistance_threshold = 6')
    expect(ran.code).toBe(0)
    expect(saidBy(ran, 'warn')).not.toContain('incorrect')
    const { p03 } = await annotations(rig)
    expect(p03.pose_estimation).toBe('correct')
    const [image] = modelOf(standsOf([3], chaos)).images
    const centre = centreOf({ rotmat: rotationOf(image.qvec), tvec: image.tvec })
    ;(p03.estimated_pose as readonly number[]).forEach((value, axis) =>
      expect(value).toBeCloseTo(centre[axis], 9),
    )
  })
})

describe('a photograph', () => {
  test('a photograph without a pose is named in a warning, and its old pose does not stand for it', async () => {
    const stale = { colmap_camera: { old: true }, pose_estimation: 'correct' }
    const { rig } = await scan({ models: [modelOf(standsOf(allBut(4)))] }, (i) => ({
      ...takenAt(ring[i]),
      ...stale,
    }))
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(saidBy(ran, 'warn')).toContain('p04.png')
    expect((await annotations(rig)).p04).toEqual({
      colmap_camera: null,
      estimated_pose: null,
      pose_estimation: 'incorrect',
    })
  })

  test('far from where the scanner says is incorrect, from the threshold on', async () => {
    const models = [modelOf(standsOf(all, raised(4)))]
    const { rig } = await scan({ models })
    const ran = await rig.run('[Colmap]\ndistance_threshold = 5')
    expect(saidBy(ran, 'warn')).toContain('p04.png')
    const found = await annotations(rig)
    const incorrect = Object.keys(found).filter((id) => found[id].pose_estimation !== 'correct')
    expect(incorrect).toEqual(['p04'])
    await rig.run('[Colmap]\ndistance_threshold = 0')
    expect((await annotations(rig)).p04.pose_estimation).toBe('correct')
  })

  test('a photograph is given as it is, by a link', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]')
    expect([...colmap.links().keys()]).toEqual(namesOf(12))
    expect(colmap.links().get('p03.png')).toBe(`${rig.path}/plant/images/p03.png`)
  })

  test('a photograph of another channel is passed over, unless the query says otherwise', async () => {
    const { rig, colmap } = await scan({}, (i) => ({
      ...takenAt(ring[i]),
      channel: i < 6 ? 'rgb' : 'depth',
    }))
    await rig.run('[Colmap]')
    expect([...colmap.links().keys()]).toEqual(namesOf(6))
    await rig.run('[Colmap]\nquery = {}')
    expect([...colmap.links().keys()]).toEqual(namesOf(12))
  })

  test('that COLMAP cannot read is named', async () => {
    const prints = {
      feature_extractor: all
        .map((i) =>
          i === 7
            ? '  Name:   p07.png\n  ERROR: Failed to read image file format.\n'
            : `  Name:   ${idOf(i)}.png\n  Features:  99\n`,
        )
        .join(''),
    }
    const { rig } = await scan({ prints })
    expect(saidBy(await rig.run('[Colmap]'), 'warn')).toContain('p07.png')
  })
})

describe('a failure', () => {
  const failed = { code: 30, ran: [] }

  test('comes where too few photographs have a pose, and names the others', async () => {
    const { rig } = await scan({ models: [modelOf(standsOf([0, 1, 2, 6, 7]))] })
    const ran = await rig.run('[Colmap]')
    expect(ran).toMatchObject(failed)
    expect(failureOf(ran)).toContain('p08.png')
    const lax = '[Colmap]\nmin_registered = 0.3\nmax_blind_angle = 180'
    expect((await rig.run(lax)).code).toBe(0)
  })

  test('comes where wrong poses leave a blind angle that is too wide, and names them', async () => {
    const models = [modelOf(standsOf(allBut(8), raised(6, 7)))]
    const { rig } = await scan({ models })
    const toml = (angle: number) => `[Colmap]\ndistance_threshold = 5\nmax_blind_angle = ${angle}`
    const ran = await rig.run(toml(80))
    expect(ran).toMatchObject(failed)
    for (const name of ['p06.png', 'p07.png', 'p08.png']) expect(failureOf(ran)).toContain(name)
    expect((await rig.run(toml(100))).code).toBe(0)
  })

  test('comes where no photograph says where it was taken, before COLMAP begins', async () => {
    const { rig, colmap } = await scan({}, () => ({ channel: 'rgb' }))
    const ran = await rig.run('[Colmap]')
    expect(ran).toMatchObject(failed)
    expect(failureOf(ran)).toContain('approximate_pose')
    // nor is it tried again: it would fail in the same way
    expect(ran.events.filter(({ is }) => is === 'failed')).toHaveLength(1)
    expect(colmap.calls()).toEqual([])
    expect((await rig.run('[Colmap]\nalign_pcd = false')).code).toBe(0)
  })

  test('comes where the poses do not fit those of the scanner, and names the worst', async () => {
    const { rig } = await scan({ models: [modelOf(standsOf(all, chaos))] })
    const ran = await rig.run('[Colmap]')
    expect(ran).toMatchObject(failed)
    expect(failureOf(ran)).toMatch(/p\d\d\.png \(\d+ off\)/)
    expect((await rig.run('[Colmap]\nalign_pcd = false')).code).toBe(0)
  })

  test('comes where COLMAP finds no model, and names those with the fewest features', async () => {
    const { rig } = await scan({
      models: [],
      fails: ['mapper'],
      prints: {
        feature_extractor: all.map((i) => `Name: ${idOf(i)}.png\nFeatures: ${100 + i}\n`).join(''),
        mapper: 'ERROR: failed to create sparse model\n',
      },
    })
    const ran = await rig.run('[Colmap]')
    expect(ran).toMatchObject(failed)
    expect(failureOf(ran)).toContain('p00.png (100)')
  })

  test('a failure of the program itself is told in its own words', async () => {
    const { rig } = await scan({ fails: ['mapper'], prints: { mapper: 'the disk is full\n' } })
    expect(failureOf(await rig.run('[Colmap]'))).toContain('the disk is full')
  })

  test('a failure is tried again once, as the definition says', async () => {
    const { rig, colmap } = await scan({ fails: ['mapper'] })
    await rig.run('[Colmap]')
    expect(colmap.calls().filter(({ command }) => command === 'mapper')).toHaveLength(2)
    await rig.run('[Colmap]\nseed = 1\n[Colmap.romi]\nretries = 0')
    expect(colmap.calls().filter(({ command }) => command === 'mapper')).toHaveLength(3)
  })

  test('comes before anything begins where COLMAP is missing: data missing, code 20', async () => {
    const { rig } = await scan()
    vi.stubEnv('PATH', '/nowhere')
    const ran = await rig.run('[Colmap]')
    expect([ran.code, ran.ran]).toEqual([20, []])
    expect(ran.events.some(({ is }) => is === 'started')).toBe(false)
  })

  test.each([
    ['a command that does not run', '{ image_rectifier = { x = 1 } }'],
    ['an option that this version does not have', '{ mapper = { "Mapper.magic" = 1 } }'],
  ])('comes before anything long at %s in cli_args', async (_, args) => {
    const { rig, colmap } = await scan()
    expect((await rig.run(`[Colmap]\ncli_args = ${args}`)).code).toBe(30)
    expect(colmap.calls()).toEqual([])
  })
})

describe('in a pipeline', () => {
  const toml = (threshold: number) => `
    [Undistorted]
    query = "{\\"channel\\":\\"rgb\\", \\"pose_estimation\\":\\"correct\\"}"

    [Masks]
    threshold = ${threshold}
  `

  test('its annotations choose the photographs that later steps read', async () => {
    const { rig } = await scan({ models: [modelOf(standsOf(allBut(4)))] })
    const ran = await rig.run(toml(0.3))
    expect(ran.ran).toEqual(['Colmap', 'Undistorted', 'Masks'])
    expect([ran.made('Undistorted'), ran.made('Masks')]).toEqual([11, 11])
  })

  test('another threshold of Masks does not run it again, another photograph does', async () => {
    const { rig } = await scan()
    await rig.run(toml(0.3))
    expect((await rig.run(toml(0.4))).ran).toEqual(['Masks'])
    await rig.write(async (db) => {
      const file = await (await (await db.getScan('plant')).getFileset('images')).createFile('p12')
      await file.write(
        await io.imageCodec().encode({ ...image, data: new Uint8Array(36).fill(9) }),
        'png',
      )
      await file.setMetadata(takenAt(ring[0]))
    })
    const again = await rig.run(toml(0.4))
    expect(again.ran[0]).toBe('Colmap')
    // found where it was before, but for the new one: the others are not made again
    expect(again.made('Undistorted') ?? 0).toBe(0)
  })

  test('a scan whose photographs move is found out of date, not a scan that another program read', async () => {
    const { rig } = await scan()
    await rig.run('[Colmap]')
    await rig.write(async (db) => {
      const images = await (await db.getScan('plant')).getFileset('images')
      await (await images.getFile('p00')).setMetadata({ pose_estimation: 'correct' })
    })
    expect((await rig.run('[Colmap]')).ran).toEqual([])
    await rig.write(async (db) => {
      const images = await (await db.getScan('plant')).getFileset('images')
      await (await images.getFile('p00')).setMetadata({ approximate_pose: [75, 376, 80, 270, 0] })
    })
    expect((await rig.run('[Colmap]')).ran).toEqual(['Colmap'])
  })
})
