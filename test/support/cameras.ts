// Cameras for tests: rings that look at the origin, and any that fast-check comes up with.
import fc from 'fast-check'
import { centreOf, checkCamera, type Camera } from '../../src/geometry/camera.ts'
import type { Image } from '../../src/geometry/image.ts'
import type { CameraMetadata } from '../../src/io/cameras/index.ts'
import type { Grid } from '../../src/geometry/voxels/grid.ts'
import { cross, dot, type Vec3 } from '../../src/geometry/linear.ts'

/** A pinhole camera that stands at `from` and looks at `to`, the world's z upward in its image. */
export function lookingAt(
  from: Vec3,
  to: Vec3,
  size: { readonly width: number; readonly height: number; readonly focal: number },
): Camera {
  const forward = unit([to[0] - from[0], to[1] - from[1], to[2] - from[2]])
  const right = unit(cross(forward, Math.abs(forward[2]) > 0.99 ? [0, 1, 0] : [0, 0, 1]))
  const down = cross(forward, right)
  return {
    model: 'PINHOLE',
    width: size.width,
    height: size.height,
    params: [size.focal, size.focal, size.width / 2, size.height / 2],
    rotmat: [...right, ...down, ...forward],
    tvec: [-dot(right, from), -dot(down, from), -dot(forward, from)],
  }
}

/** `count` cameras on a circle around the z axis that look at the origin. */
export function ringOfCameras(
  count: number,
  { radius, height, ...size }: { radius: number; height: number; width: number; focal: number },
): Camera[] {
  return Array.from({ length: count }, (_, n) => {
    const angle = (2 * Math.PI * n) / count
    const from: Vec3 = [radius * Math.cos(angle), radius * Math.sin(angle), height]
    return lookingAt(from, [0, 0, 0], { ...size, height: size.width })
  })
}

/** The mask that a camera makes of a solid: 255 where the ray of a pixel meets it. */
export function silhouette(camera: Camera, isHit: (from: Vec3, ray: Vec3) => boolean): Image {
  const { width, height, rotmat: r, params } = camera
  const [fx, fy, cx, cy] = params
  const from = centreOf(camera)
  const data = new Uint8Array(width * height)
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) {
      // the voxels of a pixel project to u … u + 1: its middle stands for them
      const [x, y] = [(u + 0.5 - cx) / fx, (v + 0.5 - cy) / fy]
      const ray = unit([0, 1, 2].map((i) => r[i] * x + r[i + 3] * y + r[i + 6]) as unknown as Vec3)
      if (isHit(from, ray)) data[v * width + u] = 255
    }
  return { width, height, channels: 1, data }
}

function unit(a: Vec3): Vec3 {
  const length = Math.hypot(...a)
  return [a[0] / length, a[1] / length, a[2] / length]
}

/** Grids of up to 20 nodes a side, about the origin. */
export const anyGrid: fc.Arbitrary<Grid> = fc.record({
  shape: fc.tuple(nodes(), nodes(), nodes()),
  origin: vector(12),
  spacing: fc.constantFrom(0.05, 0.3, 1, 2.5),
})

function nodes(): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: 20 })
}

/** Cameras and masks of any sort: inside of the grid, behind it, of one pixel, of no focal length. */
export const anyView = fc
  .record({
    from: vector(30),
    to: vector(10),
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    focal: fc.oneof(
      fc.double({ min: 0.5, max: 60, noNaN: true }),
      fc.constantFrom(0, 1e-3, 1e4, -20),
    ),
    centre: vector(30),
    bits: fc.infiniteStream(fc.nat(7)),
    greys: fc.boolean(),
  })
  .filter(({ from, to }) => Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]) > 0.01)
  .map(({ from, to, width, height, focal, centre, bits, greys }) => {
    const camera = lookingAt(from, to, { width, height, focal })
    const data = new Uint8Array(width * height)
    // patches of plant rather than noise, so that whole blocks agree too
    const patch = Array.from({ length: 16 }, () => bits.next().value)
    for (let at = 0; at < data.length; at++) {
      const [x, y] = [at % width, Math.floor(at / width)]
      const value = patch[(Math.floor(x / 6) % 4) * 4 + (Math.floor(y / 6) % 4)]
      data[at] = value < 3 ? 0 : greys ? value * 36 : 255
    }
    const mask: Image = { width, height, channels: 1, data }
    const params = [focal, focal, width / 2 + centre[0] / 3, height / 2 + centre[1] / 3]
    return { camera: { ...camera, params }, mask }
  })

function vector(size: number): fc.Arbitrary<Vec3> {
  const number = fc.oneof(
    fc.double({ min: -size, max: size, noNaN: true }),
    fc.integer({ min: -size, max: size }),
  )
  return fc.tuple(number, number, number)
}

/** A camera as the metadata of a photograph have it. @throws RangeError if it cannot be one */
export const asCamera = ({ camera_model, rotmat, tvec }: CameraMetadata): Camera => {
  const camera = { ...camera_model, rotmat: rotmat.flat(), tvec } as unknown as Camera
  checkCamera(camera)
  return camera
}
