// Meshes and points as they come over the wire: the layout that api.ts describes.
import { geometryLayout } from '../../api.ts'

/** Vertices in the axes of the scan, less their centre; perhaps triangles and colours. */
export interface Geometry {
  /** x, y, z of each vertex; add `centre`. */
  readonly positions: Float32Array
  /** Three vertex numbers each; empty of points. */
  readonly triangles: Uint32Array
  /** Red, green, blue of each vertex. */
  readonly colours?: Uint8Array
  readonly centre: readonly [number, number, number]
  /** The length of an edge of voxels; else 0. */
  readonly edge: number
  /** How many vertices the file has, of which these are what is drawn. */
  readonly fileVertices: number
}

/** @throws RangeError if the bytes are not what they should be, such as of another version */
export function parseGeometry(bytes: ArrayBuffer): Geometry {
  const { magic, format, headerBytes } = geometryLayout
  const view = new DataView(bytes)
  const word = (at: number): number => view.getUint32(at, true)
  if (bytes.byteLength < headerBytes || word(0) !== magic || word(4) !== format)
    throw new RangeError('the geometry is of another version: reload the page')
  const [n, m, hasColours, fileVertices] = [word(8), word(12), word(16) === 1, word(20)]
  const triangles = headerBytes + 12 * n
  const colours = triangles + 12 * m
  if (bytes.byteLength < colours + (hasColours ? 3 * n : 0))
    throw new RangeError('the geometry arrived cut short: reload the page')
  const real = (at: number): number => view.getFloat64(at, true)
  return {
    positions: new Float32Array(bytes, headerBytes, 3 * n),
    triangles: new Uint32Array(bytes, triangles, 3 * m),
    ...(hasColours && { colours: new Uint8Array(bytes, colours, 3 * n) }),
    centre: [real(24), real(32), real(40)],
    edge: real(48),
    fileVertices,
  }
}
