// Cameras that are off in some way, and masks that are soft: for the study of refined cameras.
import { depthOf, type Camera } from '../../src/geometry/camera.ts'
import { dilateMask } from '../../src/geometry/dilation.ts'
import type { Image } from '../../src/geometry/image.ts'
import { add, boundsOf, scale } from '../../src/geometry/linear.ts'
import { linearMask } from '../../src/geometry/masks.ts'
import { movedInFrame } from '../../src/geometry/poses/turn.ts'
import { random } from '../../src/geometry/random.ts'
import { displaced, shaken } from '../../src/geometry/render/camera-path.ts'
import { photographed } from '../../src/geometry/render/render.ts'
import type { VirtualPlant } from '../../src/geometry/virtual-plant/virtual-plant.ts'
import type { Shot } from './virtual-study.ts'

/** How cameras are off. */
export type CameraError =
  /** Each is turned on its own, so that pictures are off by so many pixels a side, sd. */
  | { readonly of: 'turns'; readonly pixels: number }
  /** Each is turned and stands elsewhere, both by so many pixels / √2. */
  | { readonly of: 'all six'; readonly pixels: number }
  /** All have the same focal length, so much too long. */
  | { readonly of: 'focal'; readonly percent: number }
  /** The path is bent: a turn that swings twice on the way around, by so many pixels at most. */
  | { readonly of: 'path'; readonly pixels: number }

/** The same masks with cameras that are off. */
export function withError(
  shots: readonly Shot[],
  error: CameraError,
  { mesh }: VirtualPlant,
  seed: number,
): Shot[] {
  const { min, max } = boundsOf(mesh.vertices)
  const middle = scale(add(min, max), 0.5)
  return shots.map(({ camera, mask }, n) => {
    const focal = camera.params[0]
    const depth = depthOf(camera, middle)
    switch (error.of) {
      case 'turns':
        return { mask, camera: { ...camera, ...shaken(camera, error.pixels, focal, seed, n) } }
      case 'all six': {
        const pixels = error.pixels / Math.SQRT2
        const turned = shaken(camera, pixels, focal, seed, 2 * n)
        const pose = displaced(turned, pixels, { focal, depth }, seed, 2 * n + 1)
        return { mask, camera: { ...camera, ...pose } }
      }
      case 'focal':
        return { mask, camera: withFocal(camera, 1 + error.percent / 100) }
      case 'path': {
        const phase = (4 * Math.PI * n) / shots.length + random(seed).uniform() * 2 * Math.PI
        const angle = error.pixels / focal
        const turn = [angle * Math.sin(phase), angle * Math.cos(phase), 0] as const
        return { mask, camera: movedInFrame(camera, turn) }
      }
    }
  })
}

const withFocal = (camera: Camera, times: number): Camera => ({
  ...camera,
  params: camera.params.map((value, i) => (i < 2 ? value * times : value)),
})

/** A photograph out of focus and with grain, and the pixels of it that show plant, grown by one. */
export function softShot({ mesh }: VirtualPlant, camera: Camera, seed: number): Shot {
  const background = [24, 24, 28] as const
  const { rgb } = photographed(mesh, camera, { samples: 2, closed: true, background })
  const { width, height } = camera
  const green = Float32Array.from({ length: width * height }, (_, i) => rgb[3 * i + 1])
  const blurred = averaged(averaged(green, width, height, 1, 0), width, height, 0, 1)
  const draw = random(seed)
  const data = new Uint8Array(3 * width * height)
  // 0.3 of the brightest lies far above the ground and its grain
  blurred.forEach(
    (value, i) => (data[3 * i + 1] = Math.max(0, Math.min(255, draw.normal(value, 6)))),
  )
  const image: Image = { width, height, channels: 3, data }
  return { camera, mask: dilateMask(linearMask(image, [0, 1, 0], 0.3), 1) }
}

/** The mean of five pixels along one axis. */
function averaged(image: Float32Array, width: number, height: number, dx: number, dy: number) {
  return image.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    let sum = 0
    for (let d = -2; d <= 2; d++) {
      const u = Math.min(width - 1, Math.max(0, x + d * dx))
      const v = Math.min(height - 1, Math.max(0, y + d * dy))
      sum += image[v * width + u]
    }
    return sum / 5
  })
}
