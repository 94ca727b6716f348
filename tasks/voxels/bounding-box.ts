// The box that is filled with voxels: who says so first.
import type { Camera } from '../../src/geometry/camera.ts'
import { commonView } from '../../src/geometry/common-view.ts'
import { add, type Bounds as Space } from '../../src/geometry/linear.ts'
import { likelyConvention } from './conventions.ts'
import { RomiError, type Box, type InputFileset, type Json } from '../../src/index.ts'

/** A box in space, and where it was found, for people. */
export interface FoundBox {
  readonly space: Space
  readonly from: string
}

/** What may say where the plant is. */
export interface BoxSources {
  readonly parameter: Box | undefined
  /** The masks; they also know the scan's metadata, and the photographs'. */
  readonly masks: Pick<InputFileset, 'metadata' | 'scanMetadata'>
  /** What Colmap made, or another step that knows the cameras. */
  readonly cameras: Pick<InputFileset, 'metadata' | 'task'>
  readonly views: readonly Camera[]
}

/**
 * The box to be filled: that of the parameter, else of the scan's metadata, else of Colmap, else of
 * the photographs' metadata, else what all cameras see; moved by the scan's `displacement`, if any.
 *
 * @throws RomiError `task/no-box` if nobody knows a box, `task/empty-box` if it holds nothing
 */
export function findBox({ parameter, masks, cameras, views }: BoxSources): FoundBox {
  const found =
    said(parameter, 'the parameter bounding_box') ??
    said(spaceIn(masks.scanMetadata('bounding_box')), 'the metadata of the scan') ??
    said(spaceIn(cameras.metadata('bounding_box')), `what ${cameras.task} found`) ??
    said(spaceIn(masks.metadata('bounding_box')), 'the metadata of the photographs') ??
    seenByAll(views)
  const likely = found ? undefined : likelyConvention(views)
  if (!found)
    throw new RomiError(
      'task/no-box',
      'no box to fill with voxels: neither the parameter bounding_box, nor the metadata of the scan, ' +
        `of ${cameras.task} or of the photographs hold one, and the cameras do not look at one ` +
        `place${likely === undefined ? '' : `: they look like ${likely}`}. Else give [Voxels.bounding_box] with x, y ` +
        'and z, each [lower, upper]',
    )
  const space = shiftedSpace(found.space, masks.scanMetadata('displacement'))
  for (const axis of [0, 1, 2])
    if (!(space.max[axis] > space.min[axis]))
      throw new RomiError(
        'task/empty-box',
        `the box of ${found.from} is empty: ${'xyz'[axis]} goes from ${space.min[axis]} to ` +
          `${space.max[axis]}. Give [Voxels.bounding_box] with lower bounds below the upper ones`,
      )
  return { space, from: found.from }
}

function said(box: Box | undefined, from: string): FoundBox | undefined {
  if (!box) return undefined
  const { x, y, z } = box
  return { space: { min: [x[0], y[0], z[0]], max: [x[1], y[1], z[1]] }, from }
}

function seenByAll(views: readonly Camera[]): FoundBox | undefined {
  const space = commonView(views)
  return space && { space, from: 'what all cameras see' }
}

/** A box as metadata hold it; nothing where there is none, or `{}` as ROMI writes then. */
function spaceIn(value: Json | undefined): Box | undefined {
  const { x, y, z } = (value ?? {}) as { readonly [axis: string]: Json | undefined }
  return isBounds(x) && isBounds(y) && isBounds(z) ? { x, y, z } : undefined
}

function isBounds(value: Json | undefined): value is readonly [number, number] {
  return (
    Array.isArray(value) && value.length === 2 && value.every((bound) => Number.isFinite(bound))
  )
}

/** ROMI's scanner notes by how much a plant was put aside. */
function shiftedSpace({ min, max }: Space, displacement: Json | undefined): Space {
  const { dx, dy, dz } = (displacement ?? {}) as { readonly [axis: string]: Json | undefined }
  const [x, y, z] = [dx, dy, dz].map((by) => (typeof by === 'number' ? by : 0))
  return { min: add(min, [x, y, z]), max: add(max, [x, y, z]) }
}
