// Small plants made of tubes, whose angles and internodes are known exactly, as voxels.
import type { VoxelSet } from '../../src/geometry/skeleton/voxel-set.ts'

type Vec3 = [number, number, number]

export interface TubePlant {
  readonly voxels: VoxelSet
  /** Degrees, counter-clockwise seen from the tip. */
  readonly angles: readonly number[]
  readonly internodes: readonly number[]
}

export interface TubePlantOptions {
  /** Azimuth of each organ, in degrees, from the base up. */
  readonly azimuths: readonly number[]
  /** Arc lengths between successive organs; one less than azimuths. */
  readonly internodes: readonly number[]
  readonly spacing?: number
  readonly stemRadius?: number
  readonly organRadius?: number
  readonly organLength?: number
  /** Degrees between stem and organ. */
  readonly inclination?: number
  /** Total bend of the stem, in degrees. */
  readonly bend?: number
  /** The number of leaves about the base. */
  readonly rosette?: number
  /** The share of the surface voxels that are taken away, at random. */
  readonly noise?: number
  /** How many voxels of every organ are missing, halfway along it. */
  readonly gap?: number
}

/** A stem along z, bent in the plane x, z, with organs at the given azimuths about it. */
export function tubePlant(options: TubePlantOptions): TubePlant {
  const { azimuths, internodes, spacing = 1, stemRadius = 2, organRadius = 1.5 } = options
  const { organLength = 30, inclination = 50, bend = 0, rosette = 0, gap = 0 } = options
  const foot = 40
  const heights = internodes.reduce((h, d) => [...h, h[h.length - 1] + d], [foot])
  const length = heights[heights.length - 1] + 25
  // an arc of a circle; all turns about it are about its local tangent
  const curvature = (bend * Math.PI) / 180 / length
  const stem = (s: number): { p: Vec3; t: Vec3; u: Vec3 } => {
    const a = curvature * s
    const p: Vec3 =
      curvature === 0 ? [0, 0, s] : [(1 - Math.cos(a)) / curvature, 0, Math.sin(a) / curvature]
    return { p, t: [Math.sin(a), 0, Math.cos(a)], u: [Math.cos(a), 0, -Math.sin(a)] }
  }
  const tubes = new TubeVoxels(spacing)
  const course: Vec3[] = []
  for (let s = 0; s <= length; s += spacing / 2) course.push(stem(s).p)
  tubes.add(course, stemRadius)
  const tilt = (inclination * Math.PI) / 180
  azimuths.forEach((degrees, i) => {
    const { p, t, u } = stem(heights[i])
    const phi = (degrees * Math.PI) / 180
    const out: Vec3 = [
      Math.cos(phi) * u[0],
      // the third axis of the frame is t × u = (0, 1, 0)
      Math.sin(phi),
      Math.cos(phi) * u[2],
    ]
    const ray: Vec3[] = []
    for (let r = 0; r <= organLength; r += spacing / 2) {
      if (Math.abs(r - organLength / 2) < (gap * spacing) / 2 + organRadius && gap > 0) continue
      const [side, up] = [r * Math.sin(tilt), r * Math.cos(tilt)]
      ray.push([0, 1, 2].map((k) => p[k] + side * out[k] + up * t[k]) as Vec3)
    }
    tubes.add(ray, organRadius)
  })
  for (let leaf = 0; leaf < rosette; leaf++) {
    const phi = (2 * Math.PI * leaf) / rosette
    const blade: Vec3[] = []
    for (let r = 0; r <= 40; r += spacing / 2)
      for (let w = -6; w <= 6; w += spacing / 2)
        if (Math.abs(w) < 6 * Math.sin((Math.PI * r) / 40) + 1)
          blade.push([
            r * Math.cos(phi) - w * Math.sin(phi),
            r * Math.sin(phi) + w * Math.cos(phi),
            5 - 0.006 * r * r,
          ])
    tubes.add(blade, 1.2)
  }
  const angles = azimuths.slice(1).map((a, i) => (((a - azimuths[i]) % 360) + 360) % 360)
  return { voxels: tubes.voxels(options.noise ?? 0), angles, internodes }
}

/** Voxels within given distances of given points. */
export class TubeVoxels {
  readonly #spacing: number
  readonly #cells = new Map<string, Vec3>()

  constructor(spacing = 1) {
    this.#spacing = spacing
  }

  add(points: readonly Vec3[], radius: number): void {
    const r = radius / this.#spacing
    for (const point of points) {
      const [x, y, z] = point.map((c) => c / this.#spacing)
      for (let i = Math.ceil(x - r); i <= x + r; i++)
        for (let j = Math.ceil(y - r); j <= y + r; j++)
          for (let k = Math.ceil(z - r); k <= z + r; k++)
            if ((i - x) ** 2 + (j - y) ** 2 + (k - z) ** 2 <= r * r)
              this.#cells.set(`${i},${j},${k}`, [i, j, k])
    }
  }

  /** @param noise  share of the surface voxels that are left out */
  voxels(noise = 0): VoxelSet {
    const kept = [...this.#cells.values()].sort((p, q) => p[0] - q[0] || p[1] - q[1] || p[2] - q[2])
    const random = seeded(1)
    const isInside = (i: number, j: number, k: number) => this.#cells.has(`${i},${j},${k}`)
    const cells = kept.filter(([i, j, k]) => {
      const isSurface = !(
        isInside(i - 1, j, k) &&
        isInside(i + 1, j, k) &&
        isInside(i, j - 1, k) &&
        isInside(i, j + 1, k) &&
        isInside(i, j, k - 1) &&
        isInside(i, j, k + 1)
      )
      return !isSurface || random() >= noise
    })
    return {
      count: cells.length,
      cells: Int32Array.from(cells.flat()),
      origin: [0, 0, 0],
      spacing: this.#spacing,
    }
  }
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
