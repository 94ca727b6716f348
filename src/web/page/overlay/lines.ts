// Lines of the plant as a camera shows them: what is drawn over photographs.
import { depthOf, project, type Camera } from '../../../geometry/camera.ts'
import type { PlantCamera } from '../../api.ts'

/** @param camera as the server tells it, which holds what a camera of geometry does */
export const geometryCamera = (camera: PlantCamera): Camera => camera

/**
 * The path of an SVG along points of the world, in pixels; broken where it is not in front.
 *
 * @param xyz x, y, z of the points, one after another
 */
export function pathThrough(camera: Camera, xyz: readonly number[]): string {
  const parts: string[] = []
  let isDown = false
  for (let i = 0; i + 2 < xyz.length; i += 3) {
    const at = pixelOf(camera, xyz[i], xyz[i + 1], xyz[i + 2])
    if (at) parts.push(`${isDown ? 'L' : 'M'}${at[0].toFixed(2)} ${at[1].toFixed(2)}`)
    isDown = at !== undefined
  }
  return parts.join('')
}

/** Pixels beyond this many widths of the image are not drawn: the lens may fold them back. */
const far = 2

/** Where a point of the world shows, in pixels; undefined if it does not. */
export function pixelOf(
  camera: Camera,
  x: number,
  y: number,
  z: number,
): readonly [number, number] | undefined {
  if (depthOf(camera, [x, y, z]) <= 0) return undefined
  const at = project(camera, [x, y, z])
  const isNear = at?.every((value) => Math.abs(value) < far * Math.max(camera.width, camera.height))
  return isNear ? at : undefined
}
