// Undistorted: photographs resampled by the camera that Colmap, a calibration or a scanner knows.
import { describe, expect, test } from 'vitest'
import type { Camera, Intrinsics } from '../../src/geometry/camera.ts'
import { remap, undistortionMap } from '../../src/geometry/undistort.ts'
import {
  defineTask,
  files,
  filesetArtifact,
  io,
  type FileRef,
  type JsonObject,
} from '../../src/index.ts'
import { cameras } from '../../tasks/artifacts/cameras.ts'
import { images } from '../../tasks/artifacts/images.ts'
import task from '../../tasks/undistorted.ts'
import { tasks } from '../../tasks/index.ts'
import { memoryFileset } from '../support/memory-fileset.ts'
import { scanRig, stored } from '../support/scan-rig.ts'
import { filesInput, metadataInput, outcomeOf } from '../support/task-context.ts'

const photograph: io.Image = {
  width: 40,
  height: 30,
  channels: 3,
  depth: 8,
  data: Uint8Array.from({ length: 3600 }, (_, at) => 100 + 90 * Math.sin(at / 7) + (at % 3)),
}
const camera: Camera = {
  model: 'SIMPLE_RADIAL',
  width: 40,
  height: 30,
  params: [35, 20, 15, 0.2],
  rotmat: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  tvec: [0, 0, 100],
}
const straight = remap(
  { ...photograph, data: Uint8Array.from(photograph.data) }, // it is changed in place
  undistortionMap(camera)!,
)

async function undistorted(metadata: JsonObject, value = photograph, others = {}, params = {}) {
  const upstream_task = await filesInput(images, { one: { value, metadata } })
  const [file] = upstream_task.files
  const inputs = { upstream_task, camera_model_src: metadataInput(), ...others }
  const image = await upstream_task.read(file)
  return (await outcomeOf<io.Image>(task, inputs, params, { file, value: image })).value
}

/** A calibration of another scan. */
const calibrated = (intrinsics: readonly Intrinsics[]) => ({
  intrinsic_calibration_scan_id: {
    id: 'X',
    read: () => Promise.resolve({ intrinsics, shots: new Map() }),
  },
})

describe('Undistorted', () => {
  test('resamples a photograph to the pinhole of its camera', async () => {
    const { data } = await undistorted({ colmap_camera: stored(camera) })
    expect([...data]).toEqual([...straight.data])
  })

  test('reads the camera under the key that it is told', async () => {
    const params = { camera_metadata: 'camera' }
    const { data } = await undistorted({ camera: stored(camera) }, photograph, {}, params)
    expect([...data]).toEqual([...straight.data])
  })

  test('takes OPENCV with k1 = k2, as ROMI exports it, for the SIMPLE_RADIAL that it was', async () => {
    const params = [35, 35, 20, 15, 0.2, 0.2, 0, 0]
    const exported = stored({ ...camera, model: 'OPENCV', params })
    const { data } = await undistorted({ colmap_camera: exported })
    expect([...data]).toEqual([...straight.data])
  })

  test('leaves the photographs of a straight lens as they are', async () => {
    const pinhole = stored({ ...camera, model: 'PINHOLE', params: [35, 35, 20, 15] })
    expect([...(await undistorted({ colmap_camera: pinhole })).data]).toEqual([...photograph.data])
  })

  test.each<[string, JsonObject, io.Image, string]>([
    ['without a camera', {}, photograph, 'task/no-camera'],
    [
      'of another size than its camera',
      { colmap_camera: stored({ ...camera, width: 41 }) },
      photograph,
      'task/size-mismatch',
    ],
    [
      'of 16 bits',
      { colmap_camera: stored(camera) },
      { ...photograph, depth: 16, data: new Uint16Array(3600) },
      'task/unusable-image',
    ],
    [
      'that is to be shown turned',
      { colmap_camera: stored(camera) },
      { ...photograph, orientation: 3 },
      'task/unusable-image',
    ],
  ])('a photograph %s is refused by name', async (_, metadata, value, code) => {
    const error = expect.objectContaining({ code, message: expect.stringContaining('one.png') })
    await expect(undistorted(metadata, value)).rejects.toEqual(error)
  })

  test.each<[string, readonly Intrinsics[], string]>([
    ['of several lenses', [camera, { ...camera, params: [36, 20, 15, 0.2] }], 'task/no-camera'],
    ['of larger pictures', [{ ...camera, width: 80, height: 60 }], 'task/size-mismatch'],
  ])('a calibration %s is refused', async (_, intrinsics, code) => {
    await expect(undistorted({}, photograph, calibrated(intrinsics))).rejects.toMatchObject({
      code,
    })
  })

  test('takes the model that it is told of a calibration of ROMI, which tells no size', async () => {
    const { model, params } = camera
    const untold = { width: 0, height: 0 }
    const lenses: Intrinsics[] = [
      { model, params, ...untold },
      { model: 'OPENCV', params: [35, 35, 20, 15, 0.3, 0, 0, 0], ...untold },
    ]
    const { data } = await undistorted({}, photograph, calibrated(lenses))
    expect([...data]).toEqual([...straight.data])
    const other = { camera_model: 'OPENCV' }
    const opencv = await undistorted({}, photograph, calibrated(lenses), other)
    expect([...opencv.data]).not.toEqual([...straight.data])
  })
})

describe('in a pipeline', () => {
  const shots = { images: { a: { image: photograph }, b: { image: photograph } } }

  test('what Colmap annotates is the camera, and can be asked for by query', async () => {
    const rig = await scanRig(shots)
    rig.tasks = [...tasks.filter(({ name }) => name !== 'Colmap'), onlyFirst]
    const toml = `
      [Undistorted]
      query = "{\\"pose_estimation\\":\\"correct\\"}"
    `
    expect((await rig.run(toml)).ran).toEqual(['Colmap', 'Undistorted'])
    const [id] = await rig.filesets('Undistorted')
    const { ids, metadata, bytes } = await rig.write(async (db) => {
      const fileset = await (await db.getScan('plant')).getFileset(id)
      const file = await fileset.getFile('a')
      return {
        ids: await fileset.fileIds(),
        metadata: await file.getMetadata(),
        bytes: await file.read(),
      }
    })
    expect(ids).toEqual(['a'])
    expect(metadata).toMatchObject({ undistorted: true, pose_estimation: 'correct' })
    const { data } = await io.imageCodec().decode(bytes, 'a.png')
    expect([...data]).toEqual([...straight.data])
  })

  test('a lens calibrated in another scan is used instead', async () => {
    const rig = await scanRig(shots)
    await rig.write(async (db) => {
      const scan = await db.createScan('calibration')
      const fileset = await scan.createFileset('IntrinsicCalibration_1')
      const memory = memoryFileset()
      await cameras.write({ intrinsics: [camera], shots: new Map() }, memory.output)
      for (const [name, { bytes, extension }] of memory.files)
        await (await fileset.createFile(name)).write(bytes, extension)
    })
    const { ran, code } = await rig.run(`
      [Undistorted]
      camera_model_src = "DummyTask"
      intrinsic_calibration_scan_id = "calibration"
      extrinsic_calibration_scan_id = ""
    `)
    expect([ran, code]).toEqual([['Undistorted'], 0])
  })
})

/** Finds the camera of photograph `a` only. */
const onlyFirst = defineTask({
  name: 'Colmap',
  version: 1,
  summary: 'Stands in for Colmap.',
  inputs: { upstream_task: files(images, { default: 'ImagesFilesetExists' }) },
  params: {},
  annotates: true,
  output: filesetArtifact<'cameras', { refs: readonly FileRef[] }>({
    name: 'cameras',
    doc: 'cameras',
    read: () => Promise.reject(new Error('nobody reads it')),
    async write({ refs }, output) {
      await output.write('cameras', { bytes: new TextEncoder().encode('{}'), extension: 'json' })
      for (const ref of refs)
        output.annotate(ref, {
          pose_estimation: ref.file === 'a' ? 'correct' : 'incorrect',
          ...(ref.file === 'a' && { colmap_camera: stored(camera) }),
        })
    },
  }),
  run: ({ inputs }) => ({ refs: inputs.upstream_task.files.map(({ ref }) => ref) }),
})

test('cameras are read from what ROMI writes of COLMAP, and written so', async () => {
  const shot = { ...camera, rotmat: [0, 1, 0, 0, 0, 1, 1, 0, 0], tvec: [1, 2, 3] } as const
  const set = { intrinsics: [camera], shots: new Map([['a.jpg', shot]]) }
  const memory = memoryFileset()
  await cameras.write(set, memory.output)
  const again = await cameras.read(memory.input('Colmap'))
  expect(again.shots.get('a.jpg')).toEqual(shot)
  const { model, width, height, params } = camera
  expect(again.intrinsics).toEqual([{ model, width, height, params }])
})
