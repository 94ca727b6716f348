// How fast plants are photographed, against a renderer that draws whole frames without tiles.
import type { Camera } from '../src/geometry/camera.ts'
import { poseAt, standsAlong } from '../src/geometry/render/camera-path.ts'
import { photographed } from '../src/geometry/render/render.ts'
import { projected } from '../src/geometry/render/triangles.ts'
import { virtualPlant } from '../src/geometry/virtual-plant/virtual-plant.ts'
import type { LabelledMesh } from '../src/geometry/virtual-plant/labelled-mesh.ts'
import { round, shortest, type Bench } from './bench.ts'

const samples = 4

/** Photographs a plant of some 100 000 triangles at 512, 1024 and 2048 pixels. */
const bench: Bench = async (report) => {
  const { mesh } = virtualPlant({ detail: 1.7 })
  const path = { is: 'circle', centre: [0, 0], radius: 380, z: 210, tilt: 8, views: 1 } as const
  const pose = poseAt(standsAlong(path)[0])
  for (const side of [512, 1024, 2048]) {
    const params = [0.95 * side, 0.95 * side, side / 2, side / 2]
    const camera: Camera = { model: 'PINHOLE', width: side, height: side, params, ...pose }
    const ours = await shortest(5, () => photographed(mesh, camera, { samples, closed: true }))
    const whole = await shortest(3, () => wholeFrame(mesh, camera))
    report({
      triangles: mesh.triangles.length / 3,
      pixels: `${side}²`,
      'photograph (ms)': round(ours),
      'whole frames (ms)': round(whole),
      ratio: round(whole / ours),
    })
  }
}

export default bench

/** The plain way: buffers for every sample of the frame, and three edge functions at each. */
function wholeFrame(mesh: LabelledMesh, camera: Camera): number {
  const side = camera.width * samples
  const nearest = new Float32Array(side * side)
  const seen = new Uint32Array(side * side)
  const near = 1
  const {
    count,
    corners: c,
    inverseDepths: d,
  } = projected(mesh, camera, {
    samples,
    near,
    cullBacks: true,
  })
  for (let t = 0; t < count; t++) {
    const [x0, y0, x1, y1, x2, y2] = c.subarray(6 * t, 6 * t + 6).map((value) => value / 256)
    const area = (x1 - x0) * (y2 - y0) - (y1 - y0) * (x2 - x0)
    for (let y = Math.floor(Math.min(y0, y1, y2)); y <= Math.max(y0, y1, y2); y++) {
      for (let x = Math.floor(Math.min(x0, x1, x2)); x <= Math.max(x0, x1, x2); x++) {
        if (x < 0 || y < 0 || x >= side || y >= side) continue
        const a = ((x + 0.5 - x1) * (y1 - y2) + (y + 0.5 - y1) * (x2 - x1)) / area
        const b = ((x + 0.5 - x2) * (y2 - y0) + (y + 0.5 - y2) * (x0 - x2)) / area
        if (a < 0 || b < 0 || a + b > 1) continue
        const depth = a * d[3 * t] + b * d[3 * t + 1] + (1 - a - b) * d[3 * t + 2]
        if (depth <= nearest[y * side + x]) continue
        nearest[y * side + x] = depth
        seen[y * side + x] = t + 1
      }
    }
  }
  return averaged(seen, camera.width, camera.height)
}

/** Visits every sample of every pixel, as shading them all would. */
function averaged(seen: Uint32Array, width: number, height: number): number {
  let covered = 0
  for (let p = 0; p < width * height; p++) {
    const corner = Math.floor(p / width) * samples * samples * width + (p % width) * samples
    for (let s = 0; s < samples * samples; s++) {
      if (seen[corner + Math.floor(s / samples) * samples * width + (s % samples)] > 0) covered++
    }
  }
  return covered
}
