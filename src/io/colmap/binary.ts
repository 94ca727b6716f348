// COLMAP's binary files: little-endian records, one after the other, behind their count.
import { Damage, unwritable } from '../codec.ts'
import { Reader, ByteWriter } from './bytes.ts'
import {
  colmapCameraModels,
  type ColmapCamera,
  type ColmapImage,
  type ColmapPoints,
} from './model.ts'

/** Source of the records: COLMAP's documentation, Output Format. */
export function decodeCameras(bytes: Uint8Array): ColmapCamera[] {
  const reader = new Reader(bytes)
  const cameras = Array.from({ length: reader.count(24) }, () => {
    const id = reader.uint32()
    const number = reader.uint32()
    const [model, parameters] = colmapCameraModels[number] ?? []
    if (model === undefined || parameters === undefined)
      throw new Damage(`camera ${id} is of model ${number}, which this version does not know`)
    const [width, height] = [reader.uint64(), reader.uint64()]
    return { id, model, width, height, params: [...reader.doubles(parameters)] }
  })
  reader.end()
  return cameras
}

/** @throws RomiError `io/unwritable` at a model that COLMAP does not have */
export function encodeCameras(cameras: readonly ColmapCamera[]): Uint8Array {
  const writer = new ByteWriter(
    8 + cameras.reduce((sum, { params }) => sum + 24 + 8 * params.length, 0),
  )
  writer.uint64(cameras.length)
  for (const { id, model, width, height, params } of cameras) {
    const number = colmapCameraModels.findIndex(([name]) => name === model)
    if (colmapCameraModels[number]?.[1] !== params.length)
      throw unwritable(`camera ${id}: no model ${model} with ${params.length} parameters is known`)
    writer.uint32(id)
    writer.uint32(number)
    writer.uint64(width)
    writer.uint64(height)
    params.forEach((value) => writer.double(value))
  }
  return writer.bytes
}

/** Poses, names and features. */
export function decodeImages(bytes: Uint8Array): ColmapImage[] {
  const reader = new Reader(bytes)
  const images = Array.from({ length: reader.count(73) }, (): ColmapImage => {
    const id = reader.uint32()
    const [w = 0, qx = 0, qy = 0, qz = 0, x = 0, y = 0, z = 0] = reader.doubles(7)
    const cameraId = reader.uint32()
    const name = reader.name()
    const features = reader.count(24)
    const xys = new Float64Array(2 * features)
    const point3DIds = new Float64Array(features)
    for (let i = 0; i < features; i++) {
      xys[2 * i] = reader.double()
      xys[2 * i + 1] = reader.double()
      point3DIds[i] = reader.id()
    }
    return { id, qvec: [w, qx, qy, qz], tvec: [x, y, z], cameraId, name, xys, point3DIds }
  })
  reader.end()
  return images
}

/** As `decodeImages` reads. */
export function encodeImages(images: readonly ColmapImage[]): Uint8Array {
  const names = images.map(({ name }) => Buffer.from(name, 'utf8'))
  const features = images.reduce((sum, { point3DIds }) => sum + point3DIds.length, 0)
  const nameLength = names.reduce((sum, { length }) => sum + length, 0)
  const writer = new ByteWriter(8 + 73 * images.length + nameLength + 24 * features)
  writer.uint64(images.length)
  images.forEach(({ id, qvec, tvec, cameraId, xys, point3DIds }, i) => {
    writer.uint32(id)
    for (const value of [...qvec, ...tvec]) writer.double(value)
    writer.uint32(cameraId)
    writer.name(names[i])
    writer.uint64(point3DIds.length)
    for (let f = 0; f < point3DIds.length; f++) {
      writer.double(xys[2 * f])
      writer.double(xys[2 * f + 1])
      writer.id(point3DIds[f])
    }
  })
  return writer.bytes
}

/** Points, with the tracks of all in one array. */
export function decodePoints(bytes: Uint8Array): ColmapPoints {
  const reader = new Reader(bytes)
  const n = reader.count(51)
  // a first pass for the length of the tracks alone would cost as much as this bound
  const tracks = new Uint32Array(Math.floor(bytes.length / 4))
  const points = {
    ids: new Float64Array(n),
    xyz: new Float64Array(3 * n),
    rgb: new Uint8Array(3 * n),
    errors: new Float64Array(n),
    starts: new Uint32Array(n + 1),
  }
  let at = 0
  for (let i = 0; i < n; i++) {
    points.ids[i] = reader.uint64()
    points.xyz.set(reader.doubles(3), 3 * i)
    for (let c = 0; c < 3; c++) points.rgb[3 * i + c] = reader.uint8()
    points.errors[i] = reader.double()
    for (let left = 2 * reader.count(8); left > 0; left--) tracks[at++] = reader.uint32()
    points.starts[i + 1] = at / 2
  }
  reader.end()
  return { ...points, tracks: tracks.slice(0, at) }
}

/** As `decodePoints` reads. */
export function encodePoints(points: ColmapPoints): Uint8Array {
  const { ids, xyz, rgb, errors, starts, tracks } = points
  const writer = new ByteWriter(8 + 51 * ids.length + 4 * tracks.length)
  writer.uint64(ids.length)
  for (let i = 0; i < ids.length; i++) {
    writer.uint64(ids[i])
    for (let c = 0; c < 3; c++) writer.double(xyz[3 * i + c])
    for (let c = 0; c < 3; c++) writer.uint8(rgb[3 * i + c])
    writer.double(errors[i])
    writer.uint64(starts[i + 1] - starts[i])
    for (let t = 2 * starts[i]; t < 2 * starts[i + 1]; t++) writer.uint32(tracks[t])
  }
  return writer.bytes
}
