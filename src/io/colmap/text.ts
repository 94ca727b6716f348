// COLMAP's text files: a line or two a record, under comments that tell how many there are.
import { Damage } from '../codec.ts'
import { decodeText, encodeText } from '../text.ts'
import {
  colmapCameraModels,
  type ColmapCamera,
  type ColmapImage,
  type ColmapPoints,
} from './model.ts'

/** A line each. Source of the records: COLMAP's documentation, Output Format. */
export function decodeCameras(bytes: Uint8Array): ColmapCamera[] {
  const { lines, check } = recordsOf(bytes)
  const cameras = lines.filter(isDataLine).map((line): ColmapCamera => {
    const [id = '', model = '', width = '', height = '', ...rest] = line.text.trim().split(/\s+/)
    const params = rest.map((word) => numberOf(word, line))
    const expected = colmapCameraModels.find(([name]) => name === model)?.[1] ?? params.length
    if (params.length !== expected)
      throw new Damage(`camera ${id}: ${model} has ${expected} parameters, not ${params.length}`)
    return {
      id: wholeOf(id, line, most.uint32),
      model,
      width: wholeOf(width, line, most.exact),
      height: wholeOf(height, line, most.exact),
      params,
    }
  })
  check(cameras.length)
  return cameras
}

/** As `decodeCameras` reads. */
export function encodeCameras(cameras: readonly ColmapCamera[]): Uint8Array {
  const lines = cameras.map(({ id, model, width, height, params }) =>
    [id, model, width, height, ...params].join(' '),
  )
  return writtenLine(
    ['CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]'],
    'cameras',
    cameras.length,
    lines,
  )
}

/** Two lines each: pose and name, then features. */
export function decodeImages(bytes: Uint8Array): ColmapImage[] {
  const { lines, check } = recordsOf(bytes)
  const images: ColmapImage[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]
    if (!isDataLine(line)) continue
    const match = /^\s*((?:\S+\s+){9})(.*\S)/.exec(line.text)
    if (!match) throw new Damage(`line ${line.number} is no pose and name: ${line.text}`)
    const [, numbers = '', name = ''] = match
    const [idWord = '', ...words] = numbers.trim().split(/\s+/)
    const id = wholeOf(idWord, line, most.uint32)
    const cameraId = wholeOf(words.pop() ?? '', line, most.uint32)
    const [w = 0, qx = 0, qy = 0, qz = 0, x = 0, y = 0, z = 0] = words.map((word) =>
      numberOf(word, line),
    )
    // the line of features may be empty, but it is there
    const features = lines[++i]
    if (features === undefined) throw new Damage(`it is cut off: ${name} has no line of features`)
    const triples = lineWords(features)
    if (triples.length % 3 !== 0)
      throw new Damage(`line ${features.number}: a number of ${name} is missing`)
    const point3DIds = Float64Array.from({ length: triples.length / 3 }, (_, f) =>
      // -1 says that the feature shows no point
      triples[3 * f + 2] === '-1' ? -1 : wholeOf(triples[3 * f + 2], features, most.exact),
    )
    const xys = Float64Array.from({ length: 2 * point3DIds.length }, (_, k) =>
      numberOf(triples[3 * (k >> 1) + (k & 1)], features),
    )
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
  return writtenLine(heads, 'images', images.length, lines)
}

/** A line each, with its track. */
export function decodePoints(bytes: Uint8Array): ColmapPoints {
  const { lines, check } = recordsOf(bytes)
  const records = lines.filter(isDataLine).map(pointOf)
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

/** Id, position, colour, error and track of a point, one after the other. */
function pointOf(line: Line): Float64Array {
  const words = lineWords(line)
  if (words.length < 8 || words.length % 2 !== 0)
    throw new Damage(`line ${line.number}: a number of the point is missing`)
  return Float64Array.from(words, (word, i) => {
    if (i === 0) return wholeOf(word, line, most.exact)
    if (i >= 4 && i <= 6) return wholeOf(word, line, most.uint8)
    return i >= 8 ? wholeOf(word, line, most.uint32) : numberOf(word, line)
  })
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
  return writtenLine([head], 'points', points.ids.length, lines)
}

function writtenLine(
  heads: readonly string[],
  what: string,
  count: number,
  lines: readonly string[],
): Uint8Array {
  const comments = [...heads.map((head) => `#   ${head}`), `# Number of ${what}: ${count}`]
  return encodeText([...comments, ...lines].map((line) => `${line}\n`).join(''))
}

interface Line {
  /** From 1. */
  readonly number: number
  readonly text: string
}

const isDataLine = ({ text }: Line): boolean => /^\s*[^#\s]/.test(text)

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
  return { lines: lines.map((line, i): Line => ({ number: i + 1, text: line })), check }
}

function lineWords({ text }: Line): string[] {
  const trimmed = text.trim()
  return trimmed === '' ? [] : trimmed.split(/\s+/)
}

/** The largest whole number of each kind that COLMAP keeps; ids of 64 bits as far as exact. */
const most = { uint8: 255, uint32: 2 ** 32 - 1, exact: Number.MAX_SAFE_INTEGER } as const

function wholeOf(word: string, line: Line, largest: number): number {
  const value = /^\d+$/.test(word) ? Number(word) : NaN
  if (value <= largest) return value
  throw new Damage(`line ${line.number}: ${word} is no whole number of 0 to ${largest}`)
}

function numberOf(word: string, line: Line): number {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(word) ? Number(word) : NaN
  if (Number.isFinite(value)) return value
  throw new Damage(`line ${line.number}: ${word} is no number`)
}
