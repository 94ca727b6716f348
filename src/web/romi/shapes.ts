// Meshes and clouds for ROMI's viewer: PLY, in millimetres, with fewer points if it asks so.
import type { Context } from 'hono'
import type { File } from '../../fsdb/file.ts'
import {
  pointCloudCodec,
  readPointCloud,
  readTriangleMesh,
  triangleMeshCodec,
  type PointCloud,
} from '../../io/index.ts'
import { isKnown, notModified, sendBytes } from '../http/answers.ts'
import { sendFile } from '../http/send-file.ts'
import type { Site } from '../site.ts'

const plyType = 'application/octet-stream'

/** How many points a preview has at most. */
const previewPoints = 10_000

/** The file itself where it is in millimetres, else a scaled copy. */
export async function sendMesh(c: Context, site: Site, file: File, scale: number) {
  const digest = await file.digest()
  if (scale === 1) return sendFile(c, { path: rawPath(site, file), digest, type: plyType })
  return sendMade(c, site, `${digest.slice(0, 32)}-mesh-${scale}`, async () => {
    const mesh = await readTriangleMesh(file)
    return triangleMeshCodec.encode({ ...mesh, vertices: scaledBy(mesh.vertices, scale) })
  })
}

/** @param size `orig`, `preview`, or the edge of the cells of which one point each is kept, in mm */
export async function sendCloud(c: Context, site: Site, file: File, scale: number, size: string) {
  const digest = await file.digest()
  const cell = Number(size)
  const isWhole = size === 'orig'
  if (isWhole && scale === 1)
    return sendFile(c, { path: rawPath(site, file), digest, type: plyType })
  return sendMade(c, site, `${digest.slice(0, 32)}-cloud-${scale}-${size}`, async () => {
    const cloud = await readPointCloud(file)
    const inMillimetres = { ...cloud, points: scaledBy(cloud.points, scale) }
    const count = cloud.points.length / 3
    const some = isWhole
      ? undefined
      : cell > 0
        ? onePerCell(inMillimetres.points, cell)
        : everySo(count, previewPoints)
    return pointCloudCodec.encode(some ? somePoints(inMillimetres, some) : inMillimetres)
  })
}

async function sendMade(c: Context, site: Site, key: string, make: () => Promise<Uint8Array>) {
  const etag = `"${key}"`
  if (isKnown(c, etag)) return notModified(etag)
  return sendBytes(c, await site.kept.get(etag, make), plyType, etag)
}

const rawPath = ({ served: { db } }: Site, file: File): string =>
  db.raw.path(file.path.slice(db.path.length).split(/[/\\]/).filter(Boolean))

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
