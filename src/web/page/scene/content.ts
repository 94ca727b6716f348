// What a scene can show of a plant, and which layers there are.
import type { Organs, Photograph, PlantCamera, Skeleton } from '../../api.ts'
import type { Geometry } from './geometry-format.ts'
import { boxOf } from './layers.ts'
import type { Place3, SpaceBox } from './place.ts'

/** In the order of their switches; the place is the key that switches it. */
export const layerNames = [
  'mesh',
  'points',
  'skeleton',
  'stem',
  'organs',
  'numbers',
  'cameras',
  'box',
  'voxels',
] as const
export type LayerName = (typeof layerNames)[number]

/** Switched on where the address does not tell. */
export const layersAtFirst: readonly LayerName[] = ['mesh', 'stem', 'organs', 'numbers']

/** A photograph whose camera is known. */
export interface PlantShot {
  readonly photograph: Photograph
  readonly camera: PlantCamera
}

/** What is there to draw; absent: not there, or not there yet. */
export interface Content {
  readonly mesh?: Geometry
  /** Some points of the plant, drawn until the mesh is there. */
  readonly standIn?: Geometry
  /** It is asked for, and not there yet. */
  readonly isStandInToCome: boolean
  readonly points?: Geometry
  readonly voxels?: Geometry
  readonly skeleton?: Skeleton
  readonly organs?: Organs
  readonly shots: readonly PlantShot[]
  readonly box?: SpaceBox
}

/** What to look at: the plant, else the space it should be in. A mesh that comes late moves nothing. */
export function extentOf({
  mesh,
  standIn,
  points,
  voxels,
  skeleton,
  organs,
  box,
}: Content): SpaceBox | undefined {
  const organPoints = organs?.organs.map(({ tip, path }) => [...tip, ...path])
  return (
    boxOf([standIn ?? mesh, organs?.stem, ...(organPoints ?? [])]) ??
    boxOf([points, ...(skeleton?.chains ?? [])]) ??
    boxOf([voxels]) ??
    box
  )
}

/** The axis along which the stem grows most, up to its tip; z where there is no stem. */
export function upOf(organs: Organs | undefined): Place3 {
  const stem = organs?.stem ?? []
  const last = stem.length - 3
  const rise = [0, 1, 2].map((k) => (last > 0 ? stem[last + k] - stem[k] : k === 2 ? 1 : 0))
  const axis = [0, 1, 2].sort((a, b) => Math.abs(rise[b]) - Math.abs(rise[a]))[0]
  const sign = Math.sign(rise[axis]) || 1
  return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0]
}
