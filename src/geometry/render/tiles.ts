// Which triangle is seen at each sample of the sensor, and what its pixels show: tile by tile, so that
// what is worked on stays in cache.
import { rawBytes } from '../bytes.ts'
import { workspace } from '../wasm/kernels.ts'
import { gridPerSample, type ScreenTriangles } from './triangles.ts'

/** Side of a tile in pixels. */
const tileSide = 32

/** What triangles of a mesh look like. */
export interface Surface {
  /** Red, green, blue of each triangle of the mesh, in values of 0 … 255. */
  readonly colours: Float32Array
  /** The number of each one's label. */
  readonly labels: Uint8Array
}

/** A picture that is drawn upon. */
export interface Film {
  readonly width: number
  readonly height: number
  /** Red, green, blue of each pixel. */
  readonly rgb: Uint8Array
  /** How much of each pixel shows nothing, in 255ths. */
  readonly background: Uint8Array
  /** How much of it shows each label, in 255ths: a plane for each one; none if nobody asks. */
  readonly planes: readonly Uint8Array[]
}

/**
 * Draws triangles upon a picture, each sample showing the nearest; of equally near ones the first.
 *
 * A sample on an edge belongs to one of the two triangles that share it (top-left rule), exactly:
 * corners are whole numbers. Tiles without triangles are passed over.
 *
 * @param samples along a pixel's side
 */
export function drawUpon(
  film: Film,
  triangles: ScreenTriangles,
  { colours, labels }: Surface,
  samples: number,
): void {
  const { width, height, rgb, background, planes } = film
  const across = Math.ceil(width / tileSide)
  const down = Math.ceil(height / tileSide)
  const { starts, members } = binned(triangles, across, down, samples)
  const side = tileSide * samples
  const band = width * tileSide
  const given = [
    triangles.corners,
    triangles.inverseDepths,
    triangles.sources,
    members,
    colours,
    labels,
  ]
  const parts = given.map(rawBytes)
  const { kernels, memory, places } = workspace(
    ...parts.map(({ length }) => length),
    4 * side * side,
    4 * side * side,
    4 * planes.length,
    3 * band,
    band,
    planes.length * band,
  )
  parts.forEach((part, i) => memory.set(part, places[i]))
  const [corners, depths, sources, drawn, ofColour, ofLabel, ...room] = places
  const [seen, nearest, counts, bandRgb, bandOpen, bandPlanes] = room
  memory.fill(0, counts, counts + 4 * planes.length)
  for (let j = 0; j < down; j++) {
    const [begin, end] = [starts[j * across], starts[(j + 1) * across]]
    if (begin === end) continue
    const [from, to] = [j * band, Math.min((j + 1) * band, width * height)]
    memory.set(rgb.subarray(3 * from, 3 * to), bandRgb)
    memory.set(background.subarray(from, to), bandOpen)
    planes.forEach((plane, k) => memory.set(plane.subarray(from, to), bandPlanes + k * band))
    for (let i = 0; i < across; i++) {
      const first = starts[j * across + i]
      const count = starts[j * across + i + 1] - first
      if (count === 0) continue
      const [x, y] = [i * tileSide, j * tileSide]
      const list = drawn + 4 * first
      kernels.drawTile(corners, depths, list, count, x * samples, y * samples, side, seen, nearest)
      kernels.developTile(
        seen,
        samples,
        side,
        Math.min(tileSide, width - x),
        Math.min(tileSide, height - y),
        sources,
        ofColour,
        ofLabel,
        counts,
        width,
        bandRgb + 3 * x,
        bandOpen + x,
        bandPlanes + x,
        planes.length,
        band,
      )
    }
    rgb.set(memory.subarray(bandRgb, bandRgb + 3 * (to - from)), 3 * from)
    background.set(memory.subarray(bandOpen, bandOpen + to - from), from)
    planes.forEach((plane, k) => {
      plane.set(memory.subarray(bandPlanes + k * band, bandPlanes + k * band + to - from), from)
    })
  }
}

/** Sorts triangles into the tiles that their bounding boxes touch, in their order. */
function binned(
  { count, corners }: ScreenTriangles,
  across: number,
  down: number,
  samples: number,
): { starts: Uint32Array; members: Uint32Array } {
  const step = tileSide * samples * gridPerSample
  const ranges = new Int32Array(4 * count)
  const starts = new Uint32Array(across * down + 1)
  const clamped = (value: number, end: number): number =>
    Math.min(end - 1, Math.max(0, Math.floor(value / step)))
  for (let t = 0, c = 0; t < count; t++, c += 6) {
    const [x0, y0, x1] = [corners[c], corners[c + 1], corners[c + 2]]
    const [y1, x2, y2] = [corners[c + 3], corners[c + 4], corners[c + 5]]
    ranges[4 * t] = clamped(Math.min(x0, x1, x2), across)
    ranges[4 * t + 1] = clamped(Math.max(x0, x1, x2), across)
    ranges[4 * t + 2] = clamped(Math.min(y0, y1, y2), down)
    ranges[4 * t + 3] = clamped(Math.max(y0, y1, y2), down)
    for (let j = ranges[4 * t + 2]; j <= ranges[4 * t + 3]; j++)
      for (let i = ranges[4 * t]; i <= ranges[4 * t + 1]; i++) starts[j * across + i + 1]++
  }
  for (let tile = 0; tile < across * down; tile++) starts[tile + 1] += starts[tile]
  const members = new Uint32Array(starts[across * down])
  const next = starts.slice()
  for (let t = 0; t < count; t++) {
    for (let j = ranges[4 * t + 2]; j <= ranges[4 * t + 3]; j++)
      for (let i = ranges[4 * t]; i <= ranges[4 * t + 1]; i++) members[next[j * across + i]++] = t
  }
  return { starts, members }
}
