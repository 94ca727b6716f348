// Where the scanner says that each photograph was taken.
import type { Camera, Intrinsics } from '../../src/geometry/camera.ts'
import { meanOf, subtract, type Vec3 } from '../../src/geometry/linear.ts'
import { regardOf } from '../../src/geometry/poses/regard.ts'
import { poseAt, type Stand } from '../../src/geometry/render/camera-path.ts'
import type { Box, InputFile, Json } from '../../src/index.ts'
import { boxCentre } from './box.ts'

/** The metadata that tell it: as it was measured afterwards, or as it was meant to be. */
export const poseKeys = ['pose', 'approximate_pose'] as const

/** A place, and the direction where it is known. */
export interface ScannerPose {
  readonly position: Vec3
  /** In degrees, as `Stand` has them. */
  readonly direction?: { readonly pan: number; readonly tilt: number }
}

/**
 * The scanner's pose of each photograph that has one, by the file's id: `pose` if all have it, as
 * ROMI takes them, else `approximate_pose`; lists x, y, z, pan, tilt.
 */
export function scannerPoses(files: readonly InputFile[]): ReadonlyMap<string, ScannerPose> {
  const [measured, meant] = poseKeys.map(
    (key) =>
      new Map(
        files.flatMap((file) => {
          const pose = poseIn(file.metadata(key))
          return pose ? [[file.id, pose] as const] : []
        }),
      ),
  )
  return measured.size === files.length ? measured : new Map([...measured, ...meant])
}

/** A pose as metadata hold it; ROMI's store also holds `{}` for none. */
export function poseIn(value: Json | undefined): ScannerPose | undefined {
  if (!Array.isArray(value)) return undefined
  const [x, y, z, pan, tilt] = value as readonly unknown[]
  if (![x, y, z].every(Number.isFinite)) return undefined
  // Safe: finite numbers, as the line above found.
  const position = [x, y, z] as unknown as Vec3
  return Number.isFinite(pan) && Number.isFinite(tilt)
    ? { position, direction: { pan: pan as number, tilt: tilt as number } }
    : { position }
}

/** Cameras at the scanner's poses; where no direction is known, they look at the middle of `box`. */
export function scannerCameras(
  poses: readonly ScannerPose[],
  intrinsics: Intrinsics,
  box: Box | undefined,
): readonly Camera[] {
  const middle = box ? boxCentre(box) : meanOf(poses.map(({ position }) => position))
  return poses.map(({ position, direction }) => {
    const stand: Stand = { position, ...(direction ?? directionTo(position, middle)) }
    return { ...intrinsics, ...poseAt(stand) }
  })
}

/** Points all over the space that is photographed; undefined where nobody knows which that is. */
export function pointsOf(box: Box | undefined, cameras: readonly Camera[]): Vec3[] | undefined {
  const shares = [1, 3, 5, 7].map((eighth) => eighth / 8)
  const space = box ?? spaceBefore(cameras)
  if (!space) return undefined
  const at = ([low, high]: readonly [number, number], share: number) => low + share * (high - low)
  return shares.flatMap((i) =>
    shares.flatMap((j) =>
      shares.map((k): Vec3 => [at(space.x, i), at(space.y, j), at(space.z, k)]),
    ),
  )
}

/** A cube about the point that all cameras look at, half as wide as they are far. */
function spaceBefore(cameras: readonly Camera[]): Box | undefined {
  const regard = regardOf(cameras)
  if (!regard) return undefined
  const [x, y, z] = regard.point.map((value): [number, number] => [
    value - regard.distance / 4,
    value + regard.distance / 4,
  ])
  return { x, y, z }
}

function directionTo(from: Vec3, to: Vec3): { readonly pan: number; readonly tilt: number } {
  const [x, y, z] = subtract(to, from)
  const degrees = 180 / Math.PI
  return { pan: Math.atan2(-x, y) * degrees, tilt: Math.atan2(-z, Math.hypot(x, y)) * degrees }
}
