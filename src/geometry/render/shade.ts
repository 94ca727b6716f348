// The colour of each triangle: that of its part, in a simple light.
import { centreOf, type Camera } from '../camera.ts'
import { triangleNormal } from '../mesh/mesh.ts'
import { random } from '../random.ts'
import type { LabelledMesh, Part } from '../virtual-plant/labelled-mesh.ts'

/** Red, green, blue, 0 … 255. */
export type Colour = readonly [number, number, number]

/** Shares of the light that reaches a surface. */
export interface Light {
  /** From everywhere, whatever the surface's direction. */
  readonly ambient: number
  /** From the camera: strongest on what faces it. */
  readonly flash: number
  /** From above (along z): none on what faces the ground. */
  readonly sky: number
}

/** A flash on the camera, in a lit room. */
export const roomLight: Light = { ambient: 0.4, flash: 0.4, sky: 0.2 }

/** The colours of a living plant, by label. */
export const plantColours: Readonly<Record<string, Colour>> = {
  stem: [104, 142, 58],
  pedicel: [120, 158, 66],
  fruit: [146, 176, 66],
  leaf: [82, 134, 46],
  flower: [226, 230, 206],
}
const unknown: Colour = [150, 150, 150]

/** The colour of a part: its label's, a little lighter or darker from part to part. */
function partColour({ label, name }: Part, variation = 0.06): Colour {
  const [r, g, b] = plantColours[label] ?? unknown
  const draw = random(hashOf(name))
  const factor = 1 + variation * (2 * draw.uniform() - 1)
  const tint = 1 + variation * (2 * draw.uniform() - 1)
  return [r * factor * tint, g * factor, b * factor]
}

function hashOf(text: string): number {
  let hash = 7
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i)
  return hash
}

/**
 * The colour in which a camera sees each triangle (Lambert, 1760): red, green, blue of each.
 *
 * A triangle that turns its back is lit as its other side would be.
 */
export function shaded(mesh: LabelledMesh, camera: Camera, light: Light): Float32Array {
  const { vertices: v, triangles } = mesh
  const colours = new Float32Array(triangles.length)
  const [ex, ey, ez] = centreOf(camera)
  const n = new Float64Array(3)
  for (const part of mesh.parts) {
    const [red, green, blue] = partColour(part)
    for (let t = part.first; t < part.first + part.count; t++) {
      triangleNormal(mesh, t, n)
      const a = 3 * triangles[3 * t]
      const vx = ex - v[a]
      const vy = ey - v[a + 1]
      const vz = ez - v[a + 2]
      const length = Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) || 1
      const facing = (n[0] * vx + n[1] * vy + n[2] * vz) / length
      const up = (facing < 0 ? -n[2] : n[2]) / length
      const flash = (light.flash * Math.abs(facing)) / Math.sqrt(vx * vx + vy * vy + vz * vz)
      const lit = light.ambient + flash + light.sky * 0.5 * (1 + up)
      colours[3 * t] = red * lit
      colours[3 * t + 1] = green * lit
      colours[3 * t + 2] = blue * lit
    }
  }
  return colours
}
