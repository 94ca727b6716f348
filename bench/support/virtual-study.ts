// A virtual plant, photographed and measured by the kernels themselves: for the studies.
import {
  evaluatePhyllotaxis,
  type PhyllotaxisEvaluation,
} from '../../src/geometry/alignment/evaluate.ts'
import type { Camera } from '../../src/geometry/camera.ts'
import type { Image } from '../../src/geometry/image.ts'
import { dilateMask } from '../../src/geometry/dilation.ts'
import { boundsOf } from '../../src/geometry/linear.ts'
import { linearMask } from '../../src/geometry/masks.ts'
import { mostTriangles } from '../../src/geometry/mesh/select.ts'
import { surfaceThroughPoints } from '../../src/geometry/mesh/surface.ts'
import { phyllotaxis, type Phyllotaxis } from '../../src/geometry/phyllotaxis/phyllotaxis.ts'
import { levelSetPoints } from '../../src/geometry/points/level-set.ts'
import { poseAt, standsAlong } from '../../src/geometry/render/camera-path.ts'
import { radiusToShow } from '../../src/geometry/render/framing.ts'
import { photographed } from '../../src/geometry/render/render.ts'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import { skeletonOfMesh, skeletonOfVoxels } from '../../src/geometry/skeleton/skeletonise.ts'
import { voxelsAbove } from '../../src/geometry/skeleton/voxel-set.ts'
import { labelPlant } from '../../src/geometry/tree/tree-graph.ts'
import type { PlantParameters } from '../../src/geometry/virtual-plant/parameters.ts'
import { virtualPlant, type VirtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'
import { carve } from '../../src/geometry/voxels/carving.ts'
import { gridOf, type Grid, type Volume } from '../../src/geometry/voxels/grid.ts'

/** A view: the camera that took it, and the pixels that show plant. */
export interface Shot {
  readonly camera: Camera
  readonly mask: Image
}

/** The demo's settings, but for the background, which is plain here, and the grain, which is none. */
const settings = { threshold: 0.2, dilation: 1, tilt: 8, samples: 3 } as const
const background = [24, 24, 28] as const

export const grow = (seed: number, others: Partial<PlantParameters> = {}): VirtualPlant =>
  virtualPlant({ seed, organs: 20, ...others })

/** The cameras of a scan around a plant, as `VirtualScan` places them. */
export function camerasAround({ mesh }: VirtualPlant, views: number, size: number): Camera[] {
  const { min, max } = boundsOf(mesh.vertices)
  const { tilt } = settings
  const lens = {
    model: 'OPENCV',
    width: size,
    height: size,
    params: [size, size, size / 2, size / 2, 0, 0, 0, 0],
  } as const
  const stands = (radius: number) =>
    standsAlong({
      is: 'circle',
      centre: [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2],
      radius,
      z: (min[2] + max[2]) / 2 + radius * Math.tan((tilt * Math.PI) / 180),
      tilt,
      views,
    })
  return stands(radiusToShow(mesh, lens, stands)).map((stand) => ({ ...lens, ...poseAt(stand) }))
}

/** Photographs the plant, and marks its pixels. */
export function shotBy({ mesh }: VirtualPlant, camera: Camera): Shot {
  const { samples, threshold, dilation } = settings
  const { rgb } = photographed(mesh, camera, { samples, closed: true, background })
  const { width, height } = camera
  const image: Image = { width, height, channels: 3, data: rgb }
  return { camera, mask: dilateMask(linearMask(image, [0, 1, 0], threshold), dilation) }
}

/** What is filled with voxels: the plant with a margin of 2 mm. */
export function gridAround({ mesh }: VirtualPlant, spacing: number): Grid {
  const { min, max } = boundsOf(mesh.vertices)
  return gridOf(
    { min: [min[0] - 2, min[1] - 2, min[2] - 2], max: [max[0] + 2, max[1] + 2, max[2] + 2] },
    spacing,
  )
}

/** What the skeleton is made of: voxels, the mesh at their surface, or that one voxel outside. */
export type Route = 'voxels' | 'mesh' | 'mesh, level 1'

/** What was measured on a plant, and how right it is. */
export interface Measurement {
  readonly skeleton: CurveSkeleton
  readonly found: Phyllotaxis
  readonly evaluation: PhyllotaxisEvaluation
}

/** From masks to an evaluation. */
export async function measured(
  plant: VirtualPlant,
  shots: readonly Shot[],
  spacing: number,
  through: Route,
): Promise<Measurement> {
  const volume = await carve(gridAround(plant, spacing), shots)
  return measuredOn(plant, await skeletonFrom(volume, through))
}

/** From a skeleton to an evaluation. */
export function measuredOn(plant: VirtualPlant, skeleton: CurveSkeleton): Measurement {
  const found = phyllotaxis(labelPlant(skeleton))
  return { skeleton, found, evaluation: evaluatePhyllotaxis(plant.truth, found) }
}

/** The skeleton of a carved volume. */
export async function skeletonFrom(
  volume: Volume<Int8Array>,
  through: Route,
): Promise<CurveSkeleton> {
  if (through === 'voxels') return skeletonOfVoxels(voxelsAbove(volume))
  const { spacing } = volume
  const { points, normals } = await levelSetPoints(volume, through === 'mesh' ? 0 : 1)
  if (!normals) throw new Error('level sets have normals')
  return skeletonOfMesh(
    mostTriangles(await surfaceThroughPoints({ points, normals }, spacing), spacing),
  )
}
