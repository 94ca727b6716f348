// The dense point cloud, which COLMAP makes on a GPU only.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Similarity } from '../../src/geometry/poses/similarity.ts'
import { io, type Box } from '../../src/index.ts'
import { cropped } from './box.ts'
import { movedPoints } from './placing.ts'
import { option, type Colmap } from './program.ts'

/** The commands that it takes, in order. */
export const denseCommands = ['image_undistorter', 'patch_match_stereo', 'stereo_fusion'] as const

/** Makes it of the model in a folder. */
export async function densePoints(
  colmap: Colmap,
  { folder, imageFolder, into }: { folder: string; imageFolder: string; into: string },
  similarity: Similarity,
  box: Box,
): Promise<io.PointCloud> {
  await mkdir(into)
  const [undistort, match, fuse] = denseCommands
  const fused = join(into, 'fused.ply')
  await colmap.run(undistort, [
    option('image_path', imageFolder),
    option('input_path', folder),
    option('output_path', into),
  ])
  await colmap.run(match, [option('workspace_path', into)])
  await colmap.run(fuse, [option('workspace_path', into), option('output_path', fused)])
  const cloud = await io.pointCloudCodec.decode(await readFile(fused), 'fused.ply')
  const { normals } = cloud
  const turn = { ...similarity, scale: 1, shift: [0, 0, 0] } as const
  return cropped(
    {
      ...cloud,
      points: movedPoints(cloud.points, similarity),
      ...(normals && { normals: movedPoints(normals, turn) }),
    },
    box,
  )
}
