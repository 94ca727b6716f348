// Point clouds on surfaces of which everything is known.
import type { OrientedCloud } from '../../src/geometry/mesh/moving-least-squares.ts'

/** Points on a surface, and the exact signed distance to it (below zero inside). */
export interface KnownSurface {
  readonly cloud: OrientedCloud
  readonly distance: (x: number, y: number, z: number) => number
}

const cloudOf = (points: readonly number[], normals: readonly number[]): OrientedCloud => ({
  points: Float64Array.from(points),
  normals: Float64Array.from(normals),
})

const golden = Math.PI * (3 - Math.sqrt(5))

/** A sphere about the origin, its points in a golden spiral, one a unit of area. */
export function sphere(radius: number): KnownSurface {
  const count = Math.round(4 * Math.PI * radius * radius)
  const normals = Array.from({ length: count }, (_, i) => {
    const z = 1 - (2 * i + 1) / count
    const across = Math.sqrt(1 - z * z)
    return [across * Math.cos(golden * i), across * Math.sin(golden * i), z]
  }).flat()
  return {
    cloud: cloudOf(
      normals.map((value) => radius * value),
      normals,
    ),
    distance: (x, y, z) => Math.hypot(x, y, z) - radius,
  }
}

/** A torus about the z axis, about one point a unit of area. */
export function torus(radius: number, tube: number): KnownSurface {
  const positions: number[] = []
  const normals: number[] = []
  const around = Math.max(5, Math.round(2 * Math.PI * tube))
  const along = Math.round(2 * Math.PI * radius)
  for (let i = 0; i < along; i++)
    for (let k = 0; k < around; k++) {
      const u = (2 * Math.PI * (i + 0.3 * (k % 2))) / along
      const v = (2 * Math.PI * k) / around
      const normal = [Math.cos(v) * Math.cos(u), Math.cos(v) * Math.sin(u), Math.sin(v)]
      normals.push(...normal)
      positions.push(
        radius * Math.cos(u) + tube * normal[0],
        radius * Math.sin(u) + tube * normal[1],
        tube * normal[2],
      )
    }
  return {
    cloud: cloudOf(positions, normals),
    distance: (x, y, z) => Math.hypot(Math.hypot(x, y) - radius, z) - tube,
  }
}

/** A straight tube with round ends. */
export interface Tube {
  readonly from: readonly number[]
  readonly to: readonly number[]
  readonly radius: number
}

/** The union of tubes: points on each that lie in no other, about one a unit of area. */
export function tubes(all: readonly Tube[]): KnownSurface {
  const positions: number[] = []
  const normals: number[] = []
  const distance = (x: number, y: number, z: number): number =>
    Math.min(...all.map((tube) => tubeDistance(tube, [x, y, z])))
  for (const tube of all)
    for (const { place, normal } of onTube(tube)) {
      if (distance(place[0], place[1], place[2]) < -1e-9) continue
      positions.push(...place)
      normals.push(...normal)
    }
  return { cloud: cloudOf(positions, normals), distance }
}

function tubeDistance({ from, to, radius }: Tube, at: readonly number[]): number {
  const axis = to.map((value, d) => value - from[d])
  const length2 = dot(axis, axis)
  const offset = at.map((value, d) => value - from[d])
  const t = Math.min(1, Math.max(0, dot(offset, axis) / length2))
  return Math.hypot(...offset.map((value, d) => value - t * axis[d])) - radius
}

function onTube({ from, to, radius }: Tube): { place: number[]; normal: number[] }[] {
  const axis = to.map((value, d) => value - from[d])
  const length = Math.sqrt(dot(axis, axis))
  const w = axis.map((value) => value / length)
  const u = unit(cross(w, Math.abs(w[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]))
  const v = cross(w, u)
  const around = Math.max(6, Math.round(2 * Math.PI * radius))
  // Along the axis, then over the two round ends, as one line from pole to pole.
  const whole = length + Math.PI * radius
  const found: { place: number[]; normal: number[] }[] = []
  const rows = Math.round(whole)
  for (let i = 0; i < rows; i++) {
    const s = ((i + 0.5) / rows) * whole - (Math.PI * radius) / 2
    const along = Math.min(length, Math.max(0, s))
    const tilt = (s - along) / radius
    const here = Math.max(1, Math.round(around * Math.cos(tilt)))
    for (let k = 0; k < here; k++) {
      const angle = (2 * Math.PI * (k + 0.5 * (i % 2))) / here
      const normal = w.map(
        (value, d) =>
          Math.sin(tilt) * value +
          Math.cos(tilt) * (Math.cos(angle) * u[d] + Math.sin(angle) * v[d]),
      )
      found.push({ place: normal.map((n, d) => from[d] + along * w[d] + radius * n), normal })
    }
  }
  return found
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, d) => sum + value * b[d], 0)
const cross = (a: readonly number[], b: readonly number[]): number[] => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
const unit = (a: readonly number[]): number[] => a.map((value) => value / Math.sqrt(dot(a, a)))
