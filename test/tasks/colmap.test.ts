// Colmap with a program of its name that finds models made here: what is asked of it, what becomes of it.
import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { centreOf } from '../../src/geometry/camera.ts'
import { rotationOf } from '../../src/geometry/poses/quaternion.ts'
import { poseAt, type Stand } from '../../src/geometry/render/camera-path.ts'
import { io, type JsonObject } from '../../src/index.ts'
import { cameras } from '../../tasks/artifacts/cameras.ts'
import { circleOf, modelOf, takenAt } from '../support/colmap-models.ts'
import { installColmap, type FakeColmap } from '../support/fake-colmap.ts'
import { memoryFileset } from '../support/memory-fileset.ts'
import type { Ran, Rig } from '../support/rig.ts'
import { scanRig } from '../support/scan-rig.ts'

const image: io.Image = { width: 4, height: 3, channels: 3, depth: 8, data: new Uint8Array(36) }
const ring = circleOf(12)
const idOf = (i: number): string => `p${String(i).padStart(2, '0')}`
const namesOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${idOf(i)}.png`)

/** The stands of photographs, by the names of their files. */
const standsOf = (
  numbers: readonly number[],
  change: (stand: Stand, i: number) => Stand = (stand) => stand,
): Record<string, Stand> =>
  Object.fromEntries(numbers.map((i) => [`${idOf(i)}.png`, change(ring[i], i)]))
const all = ring.map((_, i) => i)
const allBut = (...lost: readonly number[]) => all.filter((i) => !lost.includes(i))
const raised =
  (...which: readonly number[]) =>
  (stand: Stand, i: number): Stand =>
    which.includes(i)
      ? { ...stand, position: [stand.position[0], stand.position[1], stand.position[2] + 40] }
      : stand

const chaos = (stand: Stand, i: number): Stand => ({ ...stand, position: [i * i, 0, -7 * i] })

/** A scan of twelve photographs, and a COLMAP that finds these models. */
async function scan(fake: FakeColmap = {}, metadata?: (i: number) => JsonObject) {
  const colmap = await installColmap({ models: [modelOf(standsOf(all))], ...fake })
  const photographs = ring.map((stand, i) => [
    idOf(i),
    { image, metadata: metadata?.(i) ?? takenAt(stand) },
  ])
  const rig = await scanRig({
    images: Object.fromEntries(photographs),
    fileset: { workspace: { x: [340, 440], y: [330, 410], z: [-180, 105] }, unit: 'mm' },
  })
  return { rig, colmap }
}

const failureOf = ({ events }: Ran): string =>
  events.flatMap((event) => (event.is === 'failed' ? [event.failure.message] : [])).join('\n')
const saidBy = ({ events }: Ran, level: 'info' | 'warn'): string =>
  events
    .flatMap((event) => (event.is === 'said' && event.level === level ? [event.text] : []))
    .join('\n')

/** The JSON of a file that the last Colmap made. */
async function made(rig: Rig, id: string): Promise<Record<string, never>> {
  const [fileset] = (await rig.filesets('Colmap')).slice(-1)
  return rig.write(async (db) => {
    const file = await (await (await db.getScan('plant')).getFileset(fileset)).getFile(id)
    return (await io.readJson(file)) as unknown as Record<string, never> // the caller knows the file
  })
}

const annotations = async (rig: Rig): Promise<Record<string, JsonObject>> =>
  (await made(rig, 'annotations')).images

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

  test('is cropped to the workspace, which the fileset tells as its bounding box', async () => {
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

  test('has the box of all points that all cameras see where none lies in the one that was given', async () => {
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

  test('is the model with most photographs at their places, of several', async () => {
    const few = modelOf(standsOf([0, 1, 2, 3]))
    const nonsense = modelOf(standsOf(all, chaos))
    const { rig } = await scan({ models: [few, nonsense, modelOf(standsOf(allBut(5)))] })
    const ran = await rig.run('[Colmap]')
    expect(ran.code).toBe(0)
    expect(Object.keys(await made(rig, 'images'))).toHaveLength(11)
    expect(saidBy(ran, 'warn')).toContain('4, 12, 11')
  })

  test('without any pose of a scanner stays in its own frame, with a warning', async () => {
    const { rig } = await scan({}, () => ({ channel: 'rgb' }))
    const ran = await rig.run('[Colmap]')
    expect([ran.code, saidBy(ran, 'warn') === '']).toEqual([0, false])
    const { p00 } = await annotations(rig)
    const [x] = p00.estimated_pose as readonly number[]
    const [image] = modelOf(standsOf([0])).images
    expect(x).toBeCloseTo(centreOf({ rotmat: rotationOf(image.qvec), tvec: image.tvec })[0], 9)
  })
})

describe('a photograph', () => {
  test('without a pose is named in a warning, and its old pose does not stand for it', async () => {
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

  test('is given as it is, by a link', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]')
    expect([...colmap.links().keys()]).toEqual(namesOf(12))
    expect(colmap.links().get('p03.png')).toBe(`${rig.path}/plant/images/p03.png`)
  })

  test('of another channel is passed over, unless the query says otherwise', async () => {
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

  test('of the program itself is told in its own words', async () => {
    const { rig } = await scan({ fails: ['mapper'], prints: { mapper: 'the disk is full\n' } })
    expect(failureOf(await rig.run('[Colmap]'))).toContain('the disk is full')
  })

  test('is tried again once, as the definition says', async () => {
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

describe('what COLMAP is asked', () => {
  const commandsOf = (installed: Awaited<ReturnType<typeof scan>>['colmap']) =>
    installed.calls().map(({ command }) => command)
  const optionsOf = (installed: Awaited<ReturnType<typeof scan>>['colmap'], command: string) =>
    installed.calls().find((call) => call.command === command)?.options

  test('is features, all pairs, a map of them and its figures, with the options of 3.8', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]\nseed = 5')
    expect(commandsOf(colmap)).toEqual([
      'feature_extractor',
      'exhaustive_matcher',
      'mapper',
      'model_analyzer',
    ])
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      random_seed: '5',
      'ImageReader.camera_model': 'SIMPLE_RADIAL',
      'ImageReader.single_camera': '1',
      'SiftExtraction.use_gpu': '0',
    })
    expect(optionsOf(colmap, 'exhaustive_matcher')).toMatchObject({ 'SiftMatching.use_gpu': '0' })
    expect(optionsOf(colmap, 'mapper')).not.toHaveProperty(['Mapper.ba_refine_focal_length'])
  })

  describe('about pairs with few matches', () => {
    const leastOf = (installed: Awaited<ReturnType<typeof scan>>['colmap']) =>
      installed
        .calls()
        .filter(({ command }) => command === 'mapper')
        .map(({ options }) => options['Mapper.min_num_matches'])
    const part = modelOf(standsOf(allBut(0, 6)))
    const whole = modelOf(standsOf(all))

    test('is to leave them out, where the others place all photographs', async () => {
      const { rig, colmap } = await scan()
      await rig.run('[Colmap]')
      await rig.run('[Colmap]\nmin_num_matches = 30')
      expect(leastOf(colmap)).toEqual(['20', '30'])
    })

    test('is to take them, too, where they place more, with a word about it', async () => {
      const { rig, colmap } = await scan({ models: [part], lenientModels: [whole] })
      const ran = await rig.run('[Colmap]')
      expect(leastOf(colmap)).toEqual(['20', '15'])
      expect(saidBy(ran, 'info')).toContain('place 10 of 12 photographs')
      expect(Object.keys(await made(rig, 'images'))).toHaveLength(12)
    })

    test('is to do without them, where they place no more', async () => {
      const { rig } = await scan({
        models: [part],
        lenientModels: [modelOf(standsOf(allBut(0, 3, 6)))],
      })
      await rig.run('[Colmap]')
      expect(Object.keys(await made(rig, 'images'))).toHaveLength(10)
    })

    test('is to begin with them, where there are no others', async () => {
      const { rig } = await scan({ models: [], lenientModels: [whole] })
      expect((await rig.run('[Colmap]')).code).toBe(0)
    })

    test('is what COLMAP would do by itself, if that is asked for', async () => {
      const { rig, colmap } = await scan({ models: [part], lenientModels: [part] })
      await rig.run('[Colmap]\nmin_num_matches = 15')
      await rig.run('[Colmap]\ncli_args = { mapper = { "--Mapper.min_num_matches" = 18 } }')
      expect(leastOf(colmap)).toEqual(['15', '18'])
    })
  })

  test('has the names of newer versions where those are installed', async () => {
    const options = {
      feature_extractor:
        'default_random_seed database_path image_path ImageReader.camera_model ImageReader.single_camera FeatureExtraction.num_threads FeatureExtraction.use_gpu',
      exhaustive_matcher:
        'default_random_seed database_path FeatureMatching.num_threads FeatureMatching.use_gpu ExhaustiveMatching.block_size',
      mapper:
        'default_random_seed database_path image_path output_path Mapper.num_threads Mapper.min_num_matches Mapper.random_seed',
    }
    const { rig, colmap } = await scan({ options })
    expect((await rig.run('[Colmap]\nseed = 5')).code).toBe(0)
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      default_random_seed: '5',
      'FeatureExtraction.use_gpu': '0',
    })
    expect(optionsOf(colmap, 'exhaustive_matcher')).toMatchObject({
      'FeatureMatching.use_gpu': '0',
    })
    expect(optionsOf(colmap, 'mapper')).toMatchObject({ 'Mapper.random_seed': '5' })
  })

  test.each([
    ['without CUDA', 'COLMAP 3.8\n(without CUDA)', undefined, '0'],
    ['with CUDA but no driver', 'COLMAP 3.11\n(with CUDA)', undefined, '0'],
    ['with CUDA but no GPU', 'COLMAP 3.11\n(with CUDA)', 'No devices found.', '0'],
    ['with CUDA and a GPU', 'COLMAP 3.11\n(with CUDA)', 'GPU 0: some card', '1'],
  ])('is to use a GPU only if there is one: %s', async (_, banner, gpus, used) => {
    const { rig, colmap } = await scan({ banner, ...(gpus !== undefined && { gpus }) })
    const ran = await rig.run('[Colmap]\nuse_gpu = true')
    expect(optionsOf(colmap, 'feature_extractor')?.['SiftExtraction.use_gpu']).toBe(used)
    expect(saidBy(ran, 'info').includes('use_gpu')).toBe(used === '0')
    const off = await rig.run('[Colmap]\nuse_gpu = false\nseed = 1')
    expect(saidBy(off, 'info')).not.toContain('use_gpu')
    // where it is computed cannot change what is computed
    expect((await rig.run('[Colmap]\nuse_gpu = false')).ran).toEqual([])
  })

  test('takes options that are passed through, over ours', async () => {
    const { rig, colmap } = await scan()
    await rig.run(`[Colmap.cli_args.feature_extractor]
      "--SiftExtraction.max_num_features" = "2000"
      "ImageReader.single_camera" = false`)
    expect(optionsOf(colmap, 'feature_extractor')).toMatchObject({
      'SiftExtraction.max_num_features': '2000',
      'ImageReader.single_camera': '0',
    })
  })

  test('is to compare by its own matcher, or these pairs', async () => {
    const { rig, colmap } = await scan()
    await rig.run('[Colmap]\nmatcher = "sequential"')
    expect(commandsOf(colmap)).toContain('sequential_matcher')
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(optionsOf(colmap, 'matches_importer')).toMatchObject({ match_type: 'pairs' })
    // steps of 30°: each with two to each side, for too few are nearer than 35°
    expect(colmap.pairs()).toHaveLength(24)
    expect(colmap.pairs()).toContain('p00.png p11.png')
    await rig.run('[Colmap]\nmatcher = "spatial"\nmax_distance = 200')
    expect(colmap.pairs()).toHaveLength(12)
  })

  test('of a long list is to compare one part after the other, and tells how far it is', async () => {
    const { rig, colmap } = await scan()
    const { events } = await rig.run('[Colmap]\nmatcher = "guided"\nmax_view_angle = 180')
    const lists = commandsOf(colmap).filter((command) => command === 'matches_importer')
    expect(lists.length).toBeGreaterThan(1)
    const pairs = colmap.pairs().length
    expect(new Set(colmap.pairs()).size).toBe(pairs)
    const told = events.flatMap((event) =>
      event.is === 'progress' && event.what === 'matches' ? [event] : [],
    )
    expect(told.map(({ total }) => total)).toEqual(lists.map(() => pairs))
    expect(told.at(-1)?.done).toBe(pairs)
  })

  test('guided by positions alone is to compare the same pairs', async () => {
    const { rig, colmap } = await scan({}, (i) => ({
      channel: 'rgb',
      approximate_pose: [...ring[i].position],
    }))
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(colmap.pairs()).toHaveLength(24)
  })

  test('is to compare all pairs where no pose could guide it', async () => {
    const { rig, colmap } = await scan({}, () => ({ channel: 'rgb' }))
    const ran = await rig.run('[Colmap]\nmatcher = "guided"')
    expect([ran.code, commandsOf(colmap)[1]]).toEqual([0, 'exhaustive_matcher'])
    expect(saidBy(ran, 'warn')).toContain('guided')
  })

  test('a photograph of which nobody knows where it was taken is compared with all', async () => {
    const { rig, colmap } = await scan({}, (i) => (i === 2 ? { channel: 'rgb' } : takenAt(ring[i])))
    await rig.run('[Colmap]\nmatcher = "guided"')
    expect(colmap.pairs().filter((pair) => pair.includes('p02.png'))).toHaveLength(11)
  })

  test('a dense cloud is asked of a GPU only', async () => {
    const { rig, colmap } = await scan()
    expect((await rig.run('[Colmap]\ncompute_dense = true')).code).toBe(30)
    expect(colmap.calls()).toEqual([])
  })
})

describe('a calibration in another scan', () => {
  async function calibrated(shots: 'none' | 'ring') {
    const { rig, colmap } = await scan({}, () => ({ channel: 'rgb' }))
    const intrinsics = {
      model: 'OPENCV',
      width: 4,
      height: 3,
      params: [3, 3, 2, 1.5, 0.1, 0.02, 0, 0],
    } as const
    await rig.write(async (db) => {
      const other = await db.createScan('calibration')
      const memory = memoryFileset()
      const poses = ring.map(
        (stand, i) => [`c${i + 10}.png`, { ...intrinsics, ...poseAt(stand) }] as const,
      )
      await cameras.write(
        { intrinsics: [intrinsics], shots: new Map(shots === 'ring' ? poses : []) },
        memory.output,
      )
      const fileset = await other.createFileset(
        shots === 'ring' ? 'ExtrinsicCalibration_1' : 'IntrinsicCalibration_1',
      )
      for (const [name, { bytes, extension }] of memory.files)
        await (await fileset.createFile(name)).write(bytes, extension)
    })
    return { rig, colmap }
  }

  test('gives the lens, which COLMAP then leaves as it is', async () => {
    const { rig, colmap } = await calibrated('none')
    const ran = await rig.run('[Colmap]\nintrinsic_calibration_scan_id = "calibration"')
    expect(ran.code).toBe(0)
    const options = Object.assign({}, ...colmap.calls().map((call) => call.options)) as object
    expect(options).toMatchObject({
      'ImageReader.camera_model': 'OPENCV',
      'ImageReader.camera_params': '3,3,2,1.5,0.1,0.02,0,0',
      'Mapper.ba_refine_focal_length': '0',
      'Mapper.ba_refine_principal_point': '0',
      'Mapper.ba_refine_extra_params': '0',
    })
  })

  test('may be made here: ExtrinsicCalibration of one scan places another', async () => {
    const { rig } = await scan()
    expect((await rig.run('[ExtrinsicCalibration]')).ran).toEqual(['ExtrinsicCalibration'])
    await rig.write(async (db) => {
      const images = await (await db.createScan('next')).createFileset('images')
      for (const i of all) {
        const file = await images.createFile(idOf(i))
        await file.write(await io.imageCodec().encode(image), 'png')
        await file.setMetadata({ channel: 'rgb' })
      }
    })
    const toml = '[Colmap]\nextrinsic_calibration_scan_id = "plant"'
    const { code, events } = await rig.run(toml, { scans: ['next'] })
    expect(code).toBe(0)
    expect(saidBy({ events } as Ran, 'info')).toContain('12 of 12')
    const [id] = await rig.filesets('Colmap', 'next')
    const file = `${rig.path}/next/${id}/euclidean_distances.json`
    const { mean_euclidean_distance: mean } = JSON.parse(readFileSync(file, 'utf8')) as JsonObject
    expect(mean).toBeLessThan(1e-6)
  })

  test('of ROMI gives that of its models which camera_model asks for', async () => {
    const { rig, colmap } = await scan()
    await rig.write(async (db) => {
      const fileset = await (await db.createScan('board')).createFileset('camera_model')
      await fileset.setMetadata({ task_name: 'IntrinsicCalibration', task_params: {} })
      const lenses = {
        OPENCV: { fx: 3, fy: 3.1, cx: 2, cy: 1.5, k1: 0, k2: 0, p1: 0, p2: 0, RMS_error: 1 },
        SIMPLE_RADIAL: { f: 3.2, cx: 2, cy: 1.5, k: 0.1, RMS_error: 1.2 },
      }
      const file = await fileset.createFile('camera_model')
      await file.write(await io.jsonCodec.encode(lenses), 'json')
    })
    const toml = (model: string) =>
      `[Colmap]\nintrinsic_calibration_scan_id = "board"\ncamera_model = "${model}"`
    expect((await rig.run(toml('SIMPLE_RADIAL'))).code).toBe(0)
    expect(colmap.calls()[0].options).toMatchObject({
      'ImageReader.camera_model': 'SIMPLE_RADIAL',
      'ImageReader.camera_params': '3.2,2,1.5,0.1',
    })
    expect((await rig.run(toml('RADIAL'))).code).toBe(30)
  })

  test('gives the poses that the model is brought to, photograph by photograph', async () => {
    const { rig } = await calibrated('ring')
    const toml = '[Colmap]\nextrinsic_calibration_scan_id = "calibration"'
    expect((await rig.run(toml)).code).toBe(0)
    const position = (await annotations(rig)).p03.estimated_pose as readonly number[]
    ring[3].position.forEach((value, axis) => expect(position[axis]).toBeCloseTo(value, 6))
    expect((await rig.run(toml)).ran).toEqual([])
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
