// Meshes and clouds in millimetres as PLY files, with fewer points if that is wished.
import type { ReadableFile } from '../../base/file.ts'
import {
  pointCloudCodec,
  readPointCloud,
  readTriangleMesh,
  triangleMeshCodec,
  type PointCloud,
} from '../../io/index.ts'

/** How many points a preview has at most. */
const previewPoints = 10_000

/** A mesh, scaled. @param scale how many millimetres its unit is */
export async function meshInMillimetres(file: ReadableFile, scale: number): Promise<Uint8Array> {
  const mesh = await readTriangleMesh(file)
  return triangleMeshCodec.encode({ ...mesh, vertices: scaledBy(mesh.vertices, scale) })
}

/**
 * A cloud, scaled.
 *
 * @param scale how many millimetres its unit is
 * @param size  `orig`, `preview`, or the edge of the cells of which one point each is kept, in mm
 */
export async function cloudInMillimetres(
  file: ReadableFile,
  scale: number,
  size: string,
): Promise<Uint8Array> {
  const cloud = await readPointCloud(file)
  const inMillimetres = { ...cloud, points: scaledBy(cloud.points, scale) }
  if (size === 'orig') return pointCloudCodec.encode(inMillimetres)
  const cell = Number(size)
  const some =
    cell > 0
      ? onePerCell(inMillimetres.points, cell)
      : everySo(cloud.points.length / 3, previewPoints)
  return pointCloudCodec.encode(somePoints(inMillimetres, some))
}

const scaledBy = (values: Float64Array, scale: number): Float64Array =>
  scale === 1 ? values : values.map((value) => value * scale)

const everySo = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) =>
    count <= most ? i : Math.floor((i * count) / most),
  )

function onePerCell(points: Float64Array, cell: number): number[] {
  const seen = new Set<string>()
  const kept: number[] = []
  for (let i = 0; i < points.length; i += 3) {
    const key = [0, 1, 2].map((k) => Math.floor(points[i + k] / cell)).join()
    if (seen.has(key)) continue
    seen.add(key)
    kept.push(i / 3)
  }
  return kept
}

/** Some points of a cloud, with what is known of each. */
function somePoints({ points, normals, colors }: PointCloud, some: readonly number[]): PointCloud {
  const floats = (values: Float64Array) =>
    Float64Array.from(some.flatMap((i) => [...values.subarray(3 * i, 3 * i + 3)]))
  return {
    points: floats(points),
    ...(normals && { normals: floats(normals) }),
    ...(colors && {
      colors: Uint8Array.from(some.flatMap((i) => [...colors.subarray(3 * i, 3 * i + 3)])),
    }),
  }
}
