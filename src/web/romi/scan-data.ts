// One scan for ROMI's viewer: cameras, skeleton and angles, in millimetres.
import { lensOf, pinholeOf, type Camera } from '../../geometry/camera.ts'
import { isJsonObject, type Json } from '../../base/types.ts'
import type { Scan } from '../../fsdb/scan.ts'
import type { PlantCamera } from '../api.ts'
import { skeletonIn } from '../plants/layers.ts'
import { organsIn } from '../plants/organs.ts'
import { boxAbout } from '../plants/plant.ts'
import { knownFilesets } from '../plants/filesets.ts'
import { infoOf, resultOf, tasksOf, type RomiInfo } from './info.ts'
import { viewerShots } from './shots.ts'

/** The viewer's scene ends at 10,000: lengths are in millimetres, whatever the scan's are. */
export async function scanData(scan: Scan, millimetres: number) {
  const info: RomiInfo = await infoOf(scan)
  const tasks = await tasksOf(scan)
  const id = encodeURIComponent(scan.id)
  const address = async (route: string, result: Parameters<typeof resultOf>[2], query: string) => {
    const found = await resultOf(scan, tasks, result)
    // The viewer asks for it all the same: of what is not there, it gets a refusal.
    if (!found) return `/${route}/${id}/${result}/${result}`
    return `/${route}/${id}/${encodeURIComponent(found.fileset)}/${found.file}${query}`
  }
  const box = await boxAbout(scan, await knownFilesets(scan, undefined))
  const scaled = (value: number) => value * millimetres
  return {
    ...info,
    filesUri: {
      mesh: await address('mesh', 'TriangleMesh', '?size=orig'),
      pointCloud: await address('pointcloud', 'PointCloud', '?size=orig'),
      pcdGroundTruth: await address('pcGroundTruth', 'PointCloudGroundTruth', '?size=orig'),
      skeleton: `/skeleton/${id}`,
      tree: await address('files', 'TreeGraph', '.json'),
    },
    // Where the newer viewer looks for both.
    skeleton: `/skeleton/${id}`,
    angles: `/sequence/${id}?type=all`,
    data: {
      ...(info.hasSkeleton && { skeleton: await skeletonData(scan, tasks, millimetres) }),
      ...((info.hasAngleData || info.hasManualMeasures) && {
        angles: await angleData(scan, tasks, millimetres, Math.PI / 180),
      }),
    },
    ...(box && {
      workspace: Object.fromEntries(
        (['x', 'y', 'z'] as const).map((axis, k) => [axis, [box.low[k], box.high[k]].map(scaled)]),
      ),
    }),
    camera: await cameraData(scan, tasks, millimetres),
  }
}

async function cameraData(scan: Scan, tasks: ReadonlyMap<string, string>, millimetres: number) {
  const found = ['Voxels', 'Colmap'].flatMap((task) => tasks.get(task) ?? [])
  const { fileset, files, cameras } = await viewerShots(scan, found)
  const [first] = cameras
  const at = `/image/${encodeURIComponent(scan.id)}/${encodeURIComponent(fileset)}`
  return {
    model: first ? modelData(first) : modelData(unknownLens),
    poses: cameras.map(({ rotmat: r, tvec }, i) => ({
      id: i + 1,
      tvec: tvec.map((value) => value * millimetres),
      rotmat: [r.slice(0, 3), r.slice(3, 6), r.slice(6, 9)],
      photoUri: `${at}/${encodeURIComponent(files[i].id)}?size=orig`,
      thumbnailUri: `${at}/${encodeURIComponent(files[i].id)}?size=thumb`,
      isMatched: true,
    })),
  }
}

/** The viewer reads it without looking; with no pose nothing is seen through it. */
const unknownLens: Pick<Camera, 'model' | 'width' | 'height' | 'params'> = {
  model: 'PINHOLE',
  width: 1000,
  height: 1000,
  params: [1000, 1000, 500, 500],
}

/** Any model in its OPENCV form: the viewer takes numbers 0, 2 and 3 for f, cx and cy. */
function modelData(lens: Pick<PlantCamera, 'model' | 'width' | 'height' | 'params'>) {
  const { fx, fy, cx, cy } = pinholeOf(lens)
  const bend = lensOf(lens)
  const [k1, k2] = bend.k
  const { p1, p2 } = bend.is === 'brown' ? bend : { p1: 0, p2: 0 }
  return {
    id: 1,
    model: 'OPENCV',
    width: lens.width,
    height: lens.height,
    params: [fx, fy, cx, cy, k1, k2, p1, p2],
  }
}

/** Points and lines, straight ones merged: the viewer draws each line by itself. */
export async function skeletonData(
  scan: Scan,
  tasks: ReadonlyMap<string, string>,
  millimetres: number,
): Promise<{ readonly points: number[][]; readonly lines: number[][] } | undefined> {
  const found = await resultOf(scan, tasks, 'CurveSkeleton')
  if (!found) return undefined
  const { chains } = await skeletonIn(await scan.getFileset(found.fileset))
  const points: number[][] = []
  const lines: number[][] = []
  for (const chain of chains)
    for (let i = 0; i < chain.length; i += 3) {
      if (i > 0) lines.push([points.length - 1, points.length])
      points.push(chain.slice(i, i + 3).map((value) => value * millimetres))
    }
  return { points, lines }
}

/**
 * Angles and internodes, measured by the program and by hand.
 *
 * @param perDegree π/180 for the viewer's panels, which take radians; 1 for `/sequence`, in degrees
 */
export async function angleData(
  scan: Scan,
  tasks: ReadonlyMap<string, string>,
  millimetres: number,
  perDegree: number,
) {
  const found = await resultOf(scan, tasks, 'AnglesAndInternodes')
  const organs = found && (await organsIn(await scan.getFileset(found.fileset)))
  const byHand = await scan.measures().catch(() => undefined)
  const turned = (angles: readonly number[]) => angles.map((angle) => angle * perDegree)
  const scaled = (lengths: readonly number[]) => lengths.map((length) => length * millimetres)
  return {
    angles: turned(organs?.angles ?? []),
    internodes: scaled(organs?.internodes ?? []),
    fruit_points: (organs?.organs ?? [])
      .filter(({ counted }) => counted)
      .map(({ path }) => threesOf(scaled(path))),
    ...(byHand && {
      measured_angles: turned(turnsInDegrees(byHand.angles)),
      measured_internodes: scaled(byHand.internodes),
    }),
  }
}

/** Files of ROMI's older tools hold radians, as no angle of theirs is above a turn of 2 π. */
const turnsInDegrees = (angles: readonly number[]): readonly number[] =>
  angles.length > 0 && angles.every((angle) => angle <= 2 * Math.PI + 1e-3)
    ? angles.map((angle) => (angle * 180) / Math.PI)
    : angles

const threesOf = (flat: readonly number[]): number[][] =>
  Array.from({ length: flat.length / 3 }, (_, i) => flat.slice(3 * i, 3 * i + 3))

/** True of JSON metadata in which a word stands, as the viewer searches. */
export const mentions = (metadata: Json, word: string): boolean =>
  isJsonObject(metadata) && JSON.stringify(metadata).toLowerCase().includes(word.toLowerCase())
