// Meshes, points and voxels as compact bytes for the 3-D view: the layout is in api.ts.
import { geometryLayout } from '../api.ts'

/** What is packed, in the unit and axes of the scan. */
export interface Packable {
  /** x, y, z of each vertex. */
  readonly positions: ArrayLike<number>
  readonly triangles?: Uint32Array
  /** Red, green, blue of each vertex. */
  readonly colors?: Uint8Array
  /** How many vertices the file has. */
  readonly before: number
  /** The length of an edge of voxels. */
  readonly edge?: number
}

/** Little-endian, whatever this machine is. */
export function packGeometry({
  positions,
  triangles,
  colors,
  before,
  edge = 0,
}: Packable): Uint8Array {
  const { magic, format, headerBytes } = geometryLayout
  const n = positions.length / 3
  const m = (triangles?.length ?? 0) / 3
  const bytes = new Uint8Array(headerBytes + 12 * n + 12 * m + (colors ? 3 * n : 0))
  const view = new DataView(bytes.buffer)
  const centre = centreOfBox(positions)
  const head = [magic, format, n, m, colors ? 1 : 0, before]
  head.forEach((value, i) => view.setUint32(4 * i, value, true))
  centre.forEach((value, k) => view.setFloat64(24 + 8 * k, value, true))
  view.setFloat64(48, edge, true)
  let at = headerBytes
  for (let i = 0; i < positions.length; i++, at += 4)
    view.setFloat32(at, positions[i] - centre[i % 3], true)
  for (const corner of triangles ?? []) {
    view.setUint32(at, corner, true)
    at += 4
  }
  if (colors) bytes.set(colors.subarray(0, 3 * n), at)
  return bytes
}

/** The middle of the box around points: what is left fits into 32 bits. */
function centreOfBox(positions: ArrayLike<number>): [number, number, number] {
  const low = [Infinity, Infinity, Infinity]
  const high = [-Infinity, -Infinity, -Infinity]
  for (let i = 0; i < positions.length; i++) {
    const k = i % 3
    if (positions[i] < low[k]) low[k] = positions[i]
    if (positions[i] > high[k]) high[k] = positions[i]
  }
  const middle = (k: number) => (positions.length === 0 ? 0 : (low[k] + high[k]) / 2)
  return [middle(0), middle(1), middle(2)]
}
