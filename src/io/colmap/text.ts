// COLMAP's text files: a line or two a record, under comments that tell how many there are.
import { Damage } from '../codec.ts'
import { decodeText, encodeText } from '../text.ts'
import { cameraModels, type ColmapCamera, type ColmapImage, type ColmapPoints } from './model.ts'

/** A line each. Source of the records: COLMAP's documentation, Output Format. */
export function decodeCameras(bytes: Uint8Array): ColmapCamera[] {
  const { lines, check } = recordsOf(bytes)
  const cameras = lines.filter(isRecord).map((line): ColmapCamera => {
    const [id = '', model = '', ...numbers] = line.trim().split(/\s+/)
    const [width = NaN, height = NaN, ...params] = numbers.map(numberOf)
    const expected = cameraModels.find(([name]) => name === model)?.[1] ?? params.length
    if (Number.isNaN(height) || params.length !== expected)
      throw new Damage(`camera ${id}: ${model} has ${expected} parameters, not ${params.length}`)
    return { id: numberOf(id), model, width, height, params }
  })
  check(cameras.length)
  return cameras
}

/** As `decodeCameras` reads. */
export function encodeCameras(cameras: readonly ColmapCamera[]): Uint8Array {
  const lines = cameras.map(({ id, model, width, height, params }) =>
    [id, model, width, height, ...params].join(' '),
  )
  return written(['CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]'], 'cameras', cameras.length, lines)
}

/** Two lines each: pose and name, then features. */
export function decodeImages(bytes: Uint8Array): ColmapImage[] {
  const { lines, check } = recordsOf(bytes)
  const images: ColmapImage[] = []
  for (let i = 0; i < lines.length; i++) {
    if (!isRecord(lines[i])) continue
    const match = /^\s*((?:\S+\s+){9})(.*\S)/.exec(lines[i])
    if (!match) throw new Damage(`image ${images.length + 1}: ${lines[i]} is no pose and name`)
    const [, numbers = '', name = ''] = match
    const values = numbers.trim().split(/\s+/).map(numberOf)
    const [id = 0, w = 0, qx = 0, qy = 0, qz = 0, x = 0, y = 0, z = 0, cameraId = 0] = values
    // the line of features may be empty, but it is there
    const features = lines[++i]
    if (features === undefined) throw new Damage(`it is cut off: ${name} has no line of features`)
    const triples = numbersOf(features, 3, name)
    const point3DIds = triples.filter((_, f) => f % 3 === 2)
    const xys = triples.filter((_, f) => f % 3 !== 2)
    images.push({ id, qvec: [w, qx, qy, qz], tvec: [x, y, z], cameraId, name, xys, point3DIds })
  }
  check(images.length)
  return images
}

/** As `decodeImages` reads. */
export function encodeImages(images: readonly ColmapImage[]): Uint8Array {
  const lines = images.flatMap(({ id, qvec, tvec, cameraId, name, xys, point3DIds }) => [
    [id, ...qvec, ...tvec, cameraId, name].join(' '),
    Array.from(point3DIds, (point, f) => `${xys[2 * f]} ${xys[2 * f + 1]} ${point}`).join(' '),
  ])
  const heads = [
    'IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME',
    'POINTS2D[] as (X, Y, POINT3D_ID)',
  ]
  return written(heads, 'images', images.length, lines)
}

/** A line each, with its track. */
export function decodePoints(bytes: Uint8Array): ColmapPoints {
  const { lines, check } = recordsOf(bytes)
  const records = lines.filter(isRecord).map((line) => {
    const values = numbersOf(line, 2, 'a point')
    if (values.length < 8) throw new Damage(`${line} is no point`)
    return values
  })
  check(records.length)
  const starts = new Uint32Array(records.length + 1)
  records.forEach((values, i) => (starts[i + 1] = starts[i] + (values.length - 8) / 2))
  const tracks = new Uint32Array(2 * starts[records.length])
  records.forEach((values, i) => tracks.set(values.subarray(8), 2 * starts[i]))
  return {
    ids: Float64Array.from(records, ([id = 0]) => id),
    xyz: Float64Array.from(records.flatMap((values) => [...values.subarray(1, 4)])),
    rgb: Uint8Array.from(records.flatMap((values) => [...values.subarray(4, 7)])),
    errors: Float64Array.from(records, (values) => values[7] ?? 0),
    starts,
    tracks,
  }
}

/** As `decodePoints` reads. */
export function encodePoints(points: ColmapPoints): Uint8Array {
  const lines = Array.from(points.ids, (id, i) =>
    [
      id,
      ...points.xyz.subarray(3 * i, 3 * i + 3),
      ...points.rgb.subarray(3 * i, 3 * i + 3),
      points.errors[i],
      ...points.tracks.subarray(2 * points.starts[i], 2 * points.starts[i + 1]),
    ].join(' '),
  )
  const head = 'POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)'
  return written([head], 'points', points.ids.length, lines)
}

function written(
  heads: readonly string[],
  what: string,
  count: number,
  lines: readonly string[],
): Uint8Array {
  const comments = [...heads.map((head) => `#   ${head}`), `# Number of ${what}: ${count}`]
  return encodeText([...comments, ...lines].map((line) => `${line}\n`).join(''))
}

const isRecord = (line: string): boolean => /^\s*[^#\s]/.test(line)

/** The lines, and a check against the count in the comments, which shows when the end is missing. */
function recordsOf(bytes: Uint8Array) {
  const text = decodeText(bytes)
  if (text.trim() === '') throw new Damage('it is empty')
  const lines = text.split(/\r\n|\n/)
  const isEnded = lines.at(-1) === ''
  if (isEnded) lines.pop()
  const claimed = /^#\s*Number of \w+: (\d+)/m.exec(text)?.[1]
  const check = (count: number): void => {
    const isWhole = claimed === undefined ? count > 0 : count === Number(claimed) && isEnded
    if (!isWhole)
      throw new Damage(`it is cut off: it has ${count} of ${claimed ?? 'some'} records, not whole`)
  }
  return { lines, check }
}

function numbersOf(line: string, multiple: number, what: string): Float64Array {
  const words = line.trim().split(/\s+/)
  const values = line.trim() === '' ? new Float64Array(0) : Float64Array.from(words, numberOf)
  if (values.length % multiple !== 0) throw new Damage(`${what}: a number is missing`)
  return values
}

function numberOf(word: string): number {
  const value = Number(word)
  if (Number.isNaN(value)) throw new Damage(`${word} is no number`)
  return value
}
