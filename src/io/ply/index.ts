// PLY: point clouds and triangle meshes.
import type { ReadableFile, WritableFile } from '../../base/file.ts'
import { Damage, defineCodec, read, write, type Codec } from '../codec.ts'
import { readColumns, type Columns, type Lists } from './body.ts'
import { colourNames, coloursOf } from './colours.ts'
import { parseHeader } from './header.ts'
import { encodePly } from './write.ts'

/** Points, with what is known of each. */
export interface PointCloud {
  /** x, y, z of each point: 3 n. */
  readonly points: Float64Array
  readonly normals?: Float64Array
  /** Red, green, blue of each, 0 to 255: 3 n. */
  readonly colors?: Uint8Array
}

/** A surface of triangles. */
export interface TriangleMesh {
  /** x, y, z of each vertex: 3 n. */
  readonly vertices: Float64Array
  /** Three vertices each, counter-clockwise from outside: 3 m. */
  readonly triangles: Uint32Array
  readonly normals?: Float64Array
  readonly colors?: Uint8Array
}

/**
 * A PLY file of points; maps to and from `PointCloud`. Doubles are written, binary; read is every
 * kind of number, text too (a line an element), and of a mesh the vertices. Other elements and properties are left out.
 */
export const pointCloudCodec: Codec<PointCloud> = defineCodec<PointCloud>({
  name: 'a PLY point cloud',
  extensions: ['ply'],
  decode(bytes) {
    const { positions, ...others } = verticesOf(readColumns(bytes, parseHeader(bytes), wanted))
    return { points: positions, ...others }
  },
  encode: ({ points, normals, colors }) => encodePly({ positions: points, normals, colors }),
})

/**
 * A PLY file of a surface; maps to and from `TriangleMesh`. As `pointCloudCodec`; faces of more
 * than three corners are cut into a fan about their first.
 */
export const triangleMeshCodec: Codec<TriangleMesh> = defineCodec<TriangleMesh>({
  name: 'a PLY mesh',
  extensions: ['ply'],
  decode(bytes) {
    const columns = readColumns(bytes, parseHeader(bytes), wanted)
    const { positions, ...others } = verticesOf(columns)
    const lists = columns.get('face')?.lists
    const faces = lists?.get('vertex_indices') ?? lists?.get('vertex_index')
    if (!faces) throw new Damage('it has points but no faces')
    return { vertices: positions, triangles: fanned(faces, positions.length / 3), ...others }
  },
  encode: ({ vertices, triangles, normals, colors }) =>
    encodePly({ positions: vertices, normals, colors }, triangles),
})

const wanted = new Map([
  ['vertex', ['x', 'y', 'z', 'nx', 'ny', 'nz', ...colourNames.flat()]],
  ['face', ['vertex_indices', 'vertex_index']],
])

function verticesOf(columns: ReadonlyMap<string, Columns>) {
  const vertex = columns.get('vertex')
  const positions = vertex && interleaved(vertex, ['x', 'y', 'z'])
  if (!positions) throw new Damage('it has no vertices with x, y and z')
  checkFinite(positions)
  const normals = interleaved(vertex, ['nx', 'ny', 'nz'])
  const colors = coloursOf(vertex)
  return {
    positions,
    ...(normals && { normals }),
    ...(colors && { colors }),
  }
}

function interleaved({ count, scalars }: Columns, names: readonly string[]) {
  const columns = names.flatMap((name) => scalars.get(name) ?? [])
  if (columns.length < names.length) return undefined
  const result = new Float64Array(names.length * count)
  columns.forEach(({ values }, c) => {
    for (let i = 0; i < count; i++) result[names.length * i + c] = values[i]
  })
  return result
}

/** No plant is infinitely far away; NaN is how scanners say that they saw nothing. */
function checkFinite(positions: Float64Array): void {
  let at = 0
  while (at < positions.length && Math.abs(positions[at]) !== Infinity) at++
  if (at === positions.length) return
  const [vertex, axis] = [Math.floor(at / 3), 'xyz'[at % 3]]
  throw new Damage(`vertex ${vertex} lies at ${axis} = ${positions[at]}`)
}

function fanned({ starts, values }: Lists, vertexCount: number): Uint32Array {
  let corners = 0
  for (let f = 0; f + 1 < starts.length; f++)
    corners += 3 * Math.max(0, starts[f + 1] - starts[f] - 2)
  const triangles = new Uint32Array(corners)
  let at = 0
  for (let f = 0; f + 1 < starts.length; f++)
    for (let k = starts[f] + 1; k + 1 < starts[f + 1]; k++) {
      triangles[at++] = values[starts[f]]
      triangles[at++] = values[k]
      triangles[at++] = values[k + 1]
    }
  for (let i = 0; i < values.length; i++) {
    const vertex = values[i]
    if (!(Number.isInteger(vertex) && vertex >= 0 && vertex < vertexCount))
      throw new Damage(
        `a face names vertex ${vertex}, and they are numbered 0 to ${vertexCount - 1}`,
      )
  }
  return triangles
}

/** Reads a PLY file of points, or the vertices of a mesh. */
export const readPointCloud = (file: ReadableFile): Promise<PointCloud> =>
  read(pointCloudCodec, file)

/** Writes a PLY file of points. */
export const writePointCloud = (file: WritableFile, cloud: PointCloud): Promise<void> =>
  write(pointCloudCodec, file, cloud)

/** Reads a PLY file of a surface. */
export const readTriangleMesh = (file: ReadableFile): Promise<TriangleMesh> =>
  read(triangleMeshCodec, file)

/** Writes a PLY file of a surface. */
export const writeTriangleMesh = (file: WritableFile, mesh: TriangleMesh): Promise<void> =>
  write(triangleMeshCodec, file, mesh)
