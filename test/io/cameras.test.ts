// Cameras of other tools: the same scene, written as each tool does, has the same cameras in our form.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { centreOf, project, type Camera } from '../../src/geometry/camera.ts'
import type { Vec3 } from '../../src/geometry/linear.ts'
import { readCameraFile, type CameraMetadata } from '../../src/io/cameras/index.ts'
import { encodeColmapModel } from '../../src/io/colmap/index.ts'
import { asCamera } from '../support/cameras.ts'
import { about, apply, flip, quaternion, times, vector } from '../support/rows.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('cameras')
afterAll(() => rmSync(work, { recursive: true }))

const [width, height, fx, fy, cx, cy] = [640, 480, 520, 515, 322, 236]
const brown = { k1: 0.03, k2: -0.01, p1: 0.001, p2: -0.002, k3: 0.004 }
const names = ['a 1.png', 'b.png', 'c.png']
const paths = names.map((name) => join(work, 'photos', name))
beforeAll(async () => {
  mkdirSync(join(work, 'photos'))
  const image = sharp({ create: { width, height, channels: 3, background: 'green' } }).png()
  for (const path of paths) await image.toFile(path)
})

/** World to camera: from a circle about the origin, looking at it, a little askew. */
const turns = names.map((_, i) =>
  times(about('z', 0.1 * i + 0.02), times(about('x', -Math.PI / 2 - 0.2), about('z', 2 * i))),
)
const shifts = names.map((_, i) => [3 * i, -2, 400 + i])

function ours(i: number, coefficients: Partial<typeof brown> = {}): Camera {
  const { k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0 } = coefficients
  return {
    model: 'FULL_OPENCV',
    width,
    height,
    params: [fx, fy, cx, cy, k1, k2, p1, p2, k3, 0, 0, 0],
    rotmat: turns[i].flat(),
    tvec: shifts[i] as unknown as Vec3,
  }
}

/** The same place and the same picture of points about the plant, to a millionth of a pixel. */
function expectSame(read: CameraMetadata | undefined, expected: Camera): void {
  const camera = asCamera(read!)
  centreOf(expected).forEach((value, i) => expect(centreOf(camera)[i]).toBeCloseTo(value, 6))
  for (const point of [
    [0, 0, 0],
    [50, -30, 40],
    [-60, 20, -50],
  ] as const) {
    const [u, v] = project(expected, point)!
    const [a, b] = project(camera, point)!
    expect(Math.abs(a - u)).toBeLessThan(1e-6)
    expect(Math.abs(b - v)).toBeLessThan(1e-6)
  }
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(work, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

const centre = (i: number): number[] => apply(flip(turns[i]), shifts[i]).map((value) => -value)

describe('the same scene', () => {
  test.each(['bin', 'txt'] as const)('the same scene as a COLMAP model, %s', async (form) => {
    const { k1, k2, p1, p2 } = brown
    const params = [fx, fy, cx, cy, k1, k2, p1, p2]
    const files = await encodeColmapModel(
      {
        cameras: [{ id: 7, model: 'OPENCV', width, height, params }],
        images: names.map((name, i) => ({
          id: i + 1,
          name,
          qvec: quaternion(turns[i]),
          tvec: shifts[i] as unknown as Vec3,
          cameraId: 7,
          xys: new Float64Array(0),
          point3DIds: new Float64Array(0),
        })),
        points3D: {
          ids: new Float64Array(0),
          xyz: new Float64Array(0),
          rgb: new Uint8Array(0),
          errors: new Float64Array(0),
          starts: new Uint32Array(1),
          tracks: new Uint32Array(0),
        },
      },
      form,
    )
    for (const [name, bytes] of Object.entries(files)) written(`${form}/sparse/0/${name}`, bytes)
    for (const path of [join(work, form), join(work, form, 'sparse/0', `images.${form}`)]) {
      const { format, cameras } = await readCameraFile(path, paths)
      expect(format).toBe('COLMAP')
      paths.forEach((of, i) => expectSame(cameras.get(of), ours(i, { k1, k2, p1, p2 })))
    }
  })

  test.each([
    [{ k1: brown.k1, k2: brown.k2, p1: brown.p1, p2: brown.p2 }, 'images/', true],
    [{}, './train/', false],
  ])('the same scene as transforms.json, with lens %j', async (lens, folder, isWhole) => {
    const frames = names.map((name, i) => {
      const toWorld = flip(times([[1, 0, 0], [0, -1, 0], [0, 0, -1]], turns[i])) // prettier-ignore
      const rows = toWorld.map((row, j) => [...row, centre(i)[j]])
      const file_path = folder + (isWhole ? name : name.replace('.png', ''))
      return { file_path, transform_matrix: [...rows, [0, 0, 0, 1]] }
    })
    const of = isWhole
      ? { camera_model: 'OPENCV', w: width, h: height, fl_x: fx, fl_y: fy, cx, cy, ...lens }
      : { camera_angle_x: 2 * Math.atan(width / 2 / fx) }
    const file = written(`transforms-${isWhole}.json`, JSON.stringify({ ...of, frames }))
    const { cameras } = await readCameraFile(file, paths)
    const params = [fx, fx, width / 2, height / 2, 0, 0, 0, 0, 0, 0, 0, 0]
    paths.forEach((path, i) =>
      expectSame(cameras.get(path), isWhole ? ours(i, lens) : { ...ours(i), params }),
    )
  })

  test('the same scene as XML of Metashape, in a chunk with a turn, a scale and a shift of its own', async () => {
    const [turn, scale, shift] = [times(about('x', 0.4), about('z', 1)), 250, [10, -20, 30]]
    const elements = names.map((name, i) => {
      // world = scale · turn · chunk + shift
      const place = apply(
        flip(turn),
        centre(i).map((value, j) => value - shift[j]),
      )
      const axes = times(flip(turn), flip(turns[i]))
      const rows = axes.map((row, j) => [...row, place[j] / scale].join(' '))
      return `<camera id="${i}" sensor_id="0" label="${name.replace('.png', '')}">
        <transform>${[...rows, '0 0 0 1'].join(' ')}</transform></camera>`
    })
    const calibration = `<resolution width="${width}" height="${height}"/><f>${fy}</f>
      <cx>${cx - width / 2}</cx><cy>${cy - height / 2}</cy><b1>${fx - fy}</b1><k1>${brown.k1}</k1>
      <k2>${brown.k2}</k2><k3>${brown.k3}</k3><p1>${brown.p2}</p1><p2>${brown.p1}</p2>`
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <document version="2.0.0"><chunk label="Chunk 1" enabled="true"><sensors next_id="1">
      <sensor id="0" label="unknown" type="frame"><resolution width="${width}" height="${height}"/>
      <calibration type="frame" class="initial"><f>99</f></calibration>
      <calibration type="frame" class="adjusted">${calibration}</calibration></sensor></sensors>
      <cameras next_id="4"><group id="0">${elements.slice(0, 2).join('')}</group>${elements[2]}
      <camera id="9" sensor_id="0" label="blurred"/></cameras>
      <transform><rotation locked="false">${turn.flat().join(' ')}</rotation>
      <translation locked="false">${shift.join(' ')}</translation>
      <scale locked="true">${scale}</scale></transform></chunk></document>`
    const { cameras, notes } = await readCameraFile(written('metashape.xml', xml), paths)
    paths.forEach((path, i) => expectSame(cameras.get(path), ours(i, brown)))
    expect(notes).toEqual([expect.stringContaining('blurred')])
    // Version 2 gives the transform to a component; labels may be whole paths; a tiny skew is none.
    const inComponent = xml
      .replaceAll(/label="([^"]*)">/g, 'component_id="0" label="C:\\plant\\$1.JPG">')
      .replace(/<transform><rotation.*<\/transform>/s, '')
      .replace('<cameras', `<components>${componentOf(turn, scale, shift)}</components><cameras`)
      .replace('<b1>', `<b2>${(0.3 * fy) / height}</b2><b1>`)
    const again = await readCameraFile(written('component.xml', inComponent), paths)
    paths.forEach((path, i) => expectSame(again.cameras.get(path), ours(i, brown)))
    // PhotoScan before 1.2 wrote one matrix, and a principal point from the corner.
    const rows = turn.map((row, j) => [...row.map((value) => scale * value), shift[j]].join(' '))
    const old = `<resolution width="${width}" height="${height}"/><fx>${fx}</fx><fy>${fy}</fy>
      <cx>${cx}</cx><cy>${cy}</cy><k1>${brown.k1}</k1><k2>${brown.k2}</k2><k3>${brown.k3}</k3>`
    const inMatrix = xml
      .replace(calibration, old)
      .replace(/<rotation.*<\/scale>/s, `${rows.join(' ')} 0 0 0 1`)
    const before = await readCameraFile(written('photoscan.xml', inMatrix), paths)
    const straight = { ...brown, p1: 0, p2: 0 }
    paths.forEach((path, i) => expectSame(before.cameras.get(path), ours(i, straight)))
    const unclear = inMatrix.replace('<fx>', '<p1>0.001</p1><fx>')
    await expect(readCameraFile(written('unclear.xml', unclear), paths)).rejects.toThrow(
      /PhotoScan/,
    )
    const skewed = xml.replace('<b1>', '<b2>5</b2><b1>')
    await expect(readCameraFile(written('skewed.xml', skewed), paths)).rejects.toThrow(/b2/)
  })

  /** As version 2 writes it. */
  const componentOf = (
    turn: readonly (readonly number[])[],
    scale: number,
    shift: readonly number[],
  ) =>
    `<component id="0" label="Component 1"><transform>
      <rotation locked="true">${turn.flat().join(' ')}</rotation>
      <translation locked="true">${shift.join(' ')}</translation>
      <scale locked="true">${scale}</scale></transform></component>`

  test('the same scene as reconstruction.json of OpenSfM, in the larger of its reconstructions', async () => {
    const lens = {
      projection_type: 'brown',
      width,
      height,
      focal_x: fx / width,
      focal_y: fy / width,
      c_x: (cx - width / 2) / width,
      c_y: (cy - height / 2) / width,
      ...brown,
    }
    const shots = names.map((name, i) => [
      name,
      { camera: 'v2 unknown', rotation: vector(turns[i]), translation: shifts[i] },
    ])
    const large = { cameras: { 'v2 unknown': lens }, shots: Object.fromEntries(shots) }
    const json = JSON.stringify([{ cameras: {}, shots: {} }, large])
    const { cameras, notes } = await readCameraFile(written('reconstruction.json', json), paths)
    paths.forEach((path, i) => expectSame(cameras.get(path), ours(i, brown)))
    expect(notes).toHaveLength(1)
  })

  test('the same scene as FileStorage of OpenCV, and as JSON with a map of poses', async () => {
    const poses = names.map((_, i) => [...vector(turns[i]), ...shifts[i]])
    const matrix = (rows: number, cols: number, data: readonly number[]) =>
      `!!opencv-matrix\n   rows: ${rows}\n   cols: ${cols}\n   dt: d\n   data: [ ${data.join(', ')} ]`
    const k = [fx, 0, cx, 0, fy, cy, 0, 0, 1]
    const { k1, k2, p1, p2, k3 } = brown
    const yaml = `%YAML:1.0
---
calibration_time: "Tue 1 Dec 2026"
image_width: ${width}
image_height: ${height}
camera_matrix: ${matrix(3, 3, k)}
distortion_coefficients: ${matrix(5, 1, [k1, k2, p1, p2, k3])}
extrinsic_parameters: ${matrix(3, 6, poses.flat())}
image_names:
${names.map((name) => `   - "${name}"`).join('\n')}
`
    const json = {
      K: [k.slice(0, 3), k.slice(3, 6), k.slice(6)],
      dist: [[k1, k2, p1, p2, k3]],
      poses: Object.fromEntries(
        names.map((name, i) => [name, { R: turns[i], tvec: shifts[i].map((value) => [value]) }]),
      ),
    }
    for (const file of [
      written('opencv.yml', yaml),
      written('opencv.json', JSON.stringify(json)),
    ]) {
      const { cameras } = await readCameraFile(file, paths)
      paths.forEach((path, i) => expectSame(cameras.get(path), ours(i, brown)))
    }
  })
})

describe('what is refused says what and where', () => {
  const frames = [{ file_path: 'b.png', transform_matrix: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]] }] // prettier-ignore
  const nerf = { w: 10, h: 10, fl_x: 9, frames }
  const shot = { camera: '1', rotation: [0, 0, 0], translation: [0, 0, 1] }
  test.each([
    ['a file that is not there', 'absent.json', undefined, 'no such file'],
    ['another format', 'a.csv', 'x', 'COLMAP'],
    ['no JSON', 'a.json', '{', 'JSON'],
    ['metadata by file name', 'a.json', '{"b.png": {"camera": {}}}', '--metadata'],
    ['a lens that is not known', 'a.json', { ...nerf, camera_model: 'EQUIRECTANGULAR' }, 'EQUI'],
    ['a lens without a focal length', 'a.json', { ...nerf, fl_x: null }, 'focal length'],
    ['a matrix that mirrors', 'a.json', { ...nerf, frames: [{ ...frames[0], transform_matrix: [[-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]] }] }, 'rotation'], // prettier-ignore
    ['cameras of other photographs', 'a.json', { ...nerf, frames: [{ ...frames[0], file_path: 'z.png' }] }, 'z.png'], // prettier-ignore
    ['two cameras of one photograph', 'a.json', { ...nerf, frames: [frames[0], { ...frames[0], file_path: 'x/b.png' }] }, 'x/b.png'], // prettier-ignore
    ['a panorama of OpenSfM', 'a.json', [{ cameras: { 1: { projection_type: 'spherical', width: 9, height: 9 } }, shots: { 'b.png': shot } }], 'spherical'], // prettier-ignore
    ['a shot without a camera', 'a.json', [{ cameras: {}, shots: { 'b.png': shot } }], 'b.png'],
    ['a lens without poses', 'a.yml', 'camera_matrix: [9, 0, 5, 0, 9, 5, 0, 0, 1]\nimage_size: [10, 10]\n', 'poses'], // prettier-ignore
    ['poses without names', 'a.yml', 'camera_matrix: [9, 0, 5, 0, 9, 5, 0, 0, 1]\nimage_size: [10, 10]\nrvecs: [[0, 0, 0]]\ntvecs: [[0, 0, 1]]\n', 'image_names'], // prettier-ignore
    ['a project of Metashape without cameras', 'a.xml', '<document><chunk/></document>', 'Export Cameras'], // prettier-ignore
    ['photographs that Metashape did not align', 'a.xml', '<document><chunk><cameras><camera id="0" label="b"/></cameras></chunk></document>', 'Align Photos'], // prettier-ignore
    ['XML with entities of its own', 'a.xml', '<!DOCTYPE d [<!ENTITY a "b">]><document/>', 'entities'], // prettier-ignore
    ['views that no name tells', 'a.json', { cameras_parameters: { side: {} }, angle_factor: 1 }, 'side_120'], // prettier-ignore
  ])('%s', async (_, name, content, told) => {
    const file = content === undefined ? join(work, name) : written(`refused/${name}`, typeof content === 'string' ? content : JSON.stringify(content)) // prettier-ignore
    await expect(readCameraFile(file, paths)).rejects.toMatchObject({
      code: 'io/unreadable',
      message: expect.stringContaining(told),
    })
    await expect(readCameraFile(file, paths)).rejects.toThrow(file)
  })
})
