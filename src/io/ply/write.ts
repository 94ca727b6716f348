// Writes PLY as Open3D, MeshLab and CloudCompare open it: binary, little-endian, doubles.
import { unwritable } from '../codec.ts'

/** What stands at each point or vertex. */
export interface Vertices {
  /** x, y, z of each: 3 n. */
  readonly positions: Float64Array
  readonly normals?: Float64Array | undefined
  /** Red, green, blue of each, 0 to 255: 3 n. */
  readonly colors?: Uint8Array | undefined
}

/** @param triangles three vertices each; without them no faces are written */
export function encodePly(vertices: Vertices, triangles?: Uint32Array): Uint8Array {
  const { positions, normals, colors } = vertices
  const count = positions.length / 3
  checkVertexCounts(vertices, triangles)

  const lines = ['ply', 'format binary_little_endian 1.0', `element vertex ${count}`]
  for (const name of ['x', 'y', 'z']) lines.push(`property double ${name}`)
  if (normals) for (const name of ['nx', 'ny', 'nz']) lines.push(`property double ${name}`)
  if (colors) for (const name of ['red', 'green', 'blue']) lines.push(`property uchar ${name}`)
  const faceCount = (triangles?.length ?? 0) / 3
  if (triangles) lines.push(`element face ${faceCount}`, 'property list uchar uint vertex_indices')
  const header = Buffer.from(`${lines.join('\n')}\nend_header\n`, 'latin1')

  const stride = 24 + (normals ? 24 : 0) + (colors ? 3 : 0)
  const bytes = new Uint8Array(header.length + count * stride + faceCount * 13)
  bytes.set(header)
  const view = new DataView(bytes.buffer)
  let at = header.length
  for (let i = 0; i < positions.length; i += 3) {
    for (let c = i; c < i + 3; c++, at += 8) view.setFloat64(at, positions[c], true)
    if (normals) for (let c = i; c < i + 3; c++, at += 8) view.setFloat64(at, normals[c], true)
    if (colors) for (let c = i; c < i + 3; c++) bytes[at++] = colors[c]
  }
  if (triangles)
    for (let i = 0; i < triangles.length; i += 3) {
      bytes[at++] = 3
      for (let c = i; c < i + 3; c++, at += 4) view.setUint32(at, triangles[c], true)
    }
  return bytes
}

function checkVertexCounts(
  { positions, normals, colors }: Vertices,
  triangles?: Uint32Array,
): void {
  const lengths = [positions, normals ?? positions, colors ?? positions].map((a) => a.length)
  if (positions.length % 3 !== 0 || lengths.some((length) => length !== positions.length))
    throw unwritable(
      `positions, normals and colours have ${lengths.join(', ')} numbers: three a point are needed`,
    )
  for (let i = 0; i < positions.length; i++)
    if (Math.abs(positions[i]) === Infinity)
      throw unwritable('a position is infinite: leave that point out')
  if (!triangles) return
  const count = positions.length / 3
  let last = -1
  for (let i = 0; i < triangles.length; i++) if (triangles[i] > last) last = triangles[i]
  if (last >= count || triangles.length % 3 !== 0)
    throw unwritable(`the triangles name a vertex that is none of the ${count}, or are not whole`)
}
