// A point cloud as files: PointCloud.ply.
import type { PointCloud } from '../../src/geometry/points/cloud.ts'
import {
  filesetArtifact,
  io,
  type InputFileset,
  type JsonObject,
  type Output,
} from '../../src/index.ts'
import { HandOver } from './handed-on.ts'

/** Points of a surface, in the scan's unit and axes. */
export interface SurfaceCloud {
  readonly cloud: PointCloud
  /** The distance between points, such as the size of the voxels that they come from. */
  readonly spacing?: number
  /** The label of each point, such as `stem`. */
  readonly labels?: readonly string[]
  /** The id of a second, equal file, which does not count: under it other tools look for the cloud. */
  readonly alsoAs?: string
  /** Written to the fileset, not read: who wants it declares its keys. */
  readonly metadata?: JsonObject
  /** Whether nobody changes the cloud any more: whoever reads it next may have it as it is. */
  readonly isFinal?: boolean
}

const cloudFileId = 'PointCloud'

/** What was written just now is not decoded. */
const cloudHandOver = new HandOver(io.pointCloudCodec)

/** `PointCloud.ply`; its metadata holds `voxel_size` and, as in ROMI's database, `labels`. */
export const pointCloud = filesetArtifact<'pointCloud', SurfaceCloud>({
  name: 'pointCloud',
  doc: 'points on the surface of the plant, with normals',
  only: [cloudFileId],
  reads: { file: ['voxel_size', 'labels'] },
  read: readCloud,
  write: writeCloud,
})

async function readCloud(fileset: InputFileset): Promise<SurfaceCloud> {
  const file = fileset.file(cloudFileId)
  const cloud = await io.read(cloudHandOver.codec, file)
  const spacing = file.metadata('voxel_size')
  const labels = file.metadata('labels')
  return seenOnly({
    cloud,
    ...(typeof spacing === 'number' && spacing > 0 && { spacing }),
    ...(Array.isArray(labels) && { labels: labels.map(String) }),
  })
}

/** Without the points of which position or normal is NaN, as scanners write where they saw nothing. */
function seenOnly(value: SurfaceCloud): SurfaceCloud {
  const { points, normals, colors } = value.cloud
  const isWhole = (numbers: Float64Array | undefined): boolean => !numbers?.some(Number.isNaN)
  if (isWhole(points) && isWhole(normals)) return value
  const isSeen = Array.from({ length: points.length / 3 }, (_, point) =>
    [points, normals].every((numbers) => isWhole(numbers?.subarray(3 * point, 3 * point + 3))),
  )
  const ofSeen = (_: number, k: number): boolean => isSeen[Math.floor(k / 3)]
  return {
    ...value,
    cloud: {
      points: points.filter(ofSeen),
      ...(normals && { normals: normals.filter(ofSeen) }),
      ...(colors && { colors: colors.filter(ofSeen) }),
    },
    ...(value.labels && { labels: value.labels.filter((_, point) => isSeen[point]) }),
  }
}

async function writeCloud(value: SurfaceCloud, output: Output): Promise<void> {
  const { cloud, spacing, labels, alsoAs, metadata, isFinal = false } = value
  const file = {
    bytes: await cloudHandOver.encode(cloud, isFinal),
    extension: 'ply',
    metadata: {
      ...(spacing !== undefined && { voxel_size: spacing }),
      ...(labels && { labels }),
    },
  }
  await output.write(cloudFileId, file)
  if (alsoAs !== undefined) await output.write(alsoAs, file)
  if (metadata !== undefined) output.setMetadata(metadata)
}
