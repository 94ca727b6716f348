// Calibrations of other scans: what of them COLMAP is given, and when they do not fit.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { poseAt } from '../../../src/geometry/render/camera-path.ts'
import { io, type JsonObject } from '../../../src/index.ts'
import { cameras } from '../../../tasks/artifacts/cameras.ts'
import { calibratedPoses } from '../../../tasks/colmap/calibration.ts'
import {
  all,
  annotations,
  failureOf,
  idOf,
  image,
  ring,
  saidBy,
  scan,
} from '../../support/colmap-scan.ts'
import { memoryFileset } from '../../support/memory-fileset.ts'
import type { Ran } from '../../support/rig.ts'

describe('a calibration in another scan', () => {
  async function calibrated(shots: 'none' | 'ring', size = { width: 4, height: 3 }) {
    const { rig, colmap } = await scan({}, () => ({ channel: 'rgb' }))
    const intrinsics = {
      model: 'OPENCV',
      ...size,
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
    const toml = '[Colmap]\nintrinsic_calibration_scan_id = "calibration"\nalign_pcd = false'
    expect((await rig.run(toml)).code).toBe(0)
    const options = Object.assign({}, ...colmap.calls().map((call) => call.options)) as object
    expect(options).toMatchObject({
      'ImageReader.camera_model': 'OPENCV',
      'ImageReader.camera_params': '3,3,2,1.5,0.1,0.02,0,0',
      'Mapper.ba_refine_focal_length': '0',
      'Mapper.ba_refine_principal_point': '0',
      'Mapper.ba_refine_extra_params': '0',
    })
  })

  test('a calibration in another scan may be made here: ExtrinsicCalibration of one scan places another', async () => {
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

  test('a calibration in another scan of pictures of another size does not fit', async () => {
    const { rig, colmap } = await calibrated('none', { width: 8, height: 6 })
    const ran = await rig.run('[Colmap]\nintrinsic_calibration_scan_id = "calibration"')
    expect(ran.code).toBe(30)
    expect(failureOf(ran)).toMatch(/8 × 6.*4 × 3/)
    expect(colmap.calls()).toEqual([])
  })

  test('a calibration in another scan of ROMI gives that of its models which camera_model asks for', async () => {
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

test('poses of a calibration go to the photographs of the same names, blanks or not', () => {
  const names = ['IMG.jpg', 'IMG (1).jpg', 'IMG (2).jpg', 'IMG (10).jpg']
  const rotmat = [1, 0, 0, 0, 1, 0, 0, 0, 1]
  const lens = { model: 'PINHOLE', width: 1, height: 1, params: [1, 1, 0, 0], rotmat } as const
  const shots = new Map(names.map((name, i) => [name, { ...lens, tvec: [-i - 1, 0, 0] as const }]))
  const given = { from: 'cal', cameras: { shots, intrinsics: [] } }
  const photographs = (ids: readonly string[]) =>
    // Safe: nothing but the id is read where the calibration holds poses.
    ids.map((id) => ({ id })) as unknown as Parameters<typeof calibratedPoses>[1]
  const x = (ids: readonly string[]) =>
    [...(calibratedPoses(given, photographs(ids)) ?? [])].map(([id, pose]) => [
      id,
      pose.position[0],
    ])
  const ids = names.map((name) => name.slice(0, -4))
  expect(Object.fromEntries(x(ids.toReversed()))).toEqual(
    Object.fromEntries(ids.map((id, i) => [id, i + 1])),
  )
  // other names: the first here where the first was there
  expect(Object.fromEntries(x(['d', 'a', 'c', 'b']))).toEqual({ a: 1, b: 2, c: 4, d: 3 })
})
