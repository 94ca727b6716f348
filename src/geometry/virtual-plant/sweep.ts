// Closed surfaces swept along a curve: stems, pedicels, siliques, leaves and buds.
import { stationAt } from './curve.ts'
import type { Curve } from './curve.ts'
import type { MeshBuilder } from './labelled-mesh.ts'

/** How far from the axis the surface is, along the frame's normal and side, at a place on it. */
export type Section = (
  /** Share of the swept length, 0 … 1. */
  u: number,
  /** Angle about the axis in radians, from the normal to the side. */
  angle: number,
) => readonly [normal: number, side: number]

/** What to sweep. */
export interface Sweep {
  readonly curve: Curve
  /** Arc lengths between which to sweep. */
  readonly from: number
  readonly to: number
  readonly rings: number
  readonly around: number
  readonly section: Section
}

/** Adds a closed surface: rings about the curve, and a fan from the axis over each end. */
export function addSweep(builder: MeshBuilder, sweep: Sweep): void {
  const { curve, from, to, rings, around, section } = sweep
  const first: number[] = []
  for (let ring = 0; ring <= rings; ring++) {
    const u = ring / rings
    const { point, normal, side } = stationAt(curve, from + (to - from) * u)
    for (let k = 0; k < around; k++) {
      const [a, b] = section(u, (2 * Math.PI * k) / around)
      const index = builder.vertex(
        point[0] + a * normal[0] + b * side[0],
        point[1] + a * normal[1] + b * side[1],
        point[2] + a * normal[2] + b * side[2],
      )
      if (k === 0) first.push(index)
    }
  }
  for (let ring = 0; ring < rings; ring++) {
    for (let k = 0; k < around; k++) {
      const next = (k + 1) % around
      const [low, high] = [first[ring], first[ring + 1]]
      builder.triangle(low + k, low + next, high + next)
      builder.triangle(low + k, high + next, high + k)
    }
  }
  addFan(builder, sweep, first[0], from, false)
  addFan(builder, sweep, first[rings], to, true)
}

function addFan(builder: MeshBuilder, sweep: Sweep, ring: number, at: number, end: boolean): void {
  const { point } = stationAt(sweep.curve, at)
  const centre = builder.vertex(...point)
  for (let k = 0; k < sweep.around; k++) {
    const next = (k + 1) % sweep.around
    if (end) builder.triangle(centre, ring + k, ring + next)
    else builder.triangle(centre, ring + next, ring + k)
  }
}

/** A round section: a tube whose radius depends on the place along it. */
export function roundSection(radius: (u: number) => number): Section {
  return (u, angle) => {
    const r = radius(u)
    return [r * Math.cos(angle), r * Math.sin(angle)]
  }
}

/**
 * A thin blade, bowed upward at its edges.
 *
 * @param halfWidth at each share of its length
 * @param thickness of the blade at its midrib
 * @param bow       how far the edges rise, as a share of the half width
 */
export function blade(halfWidth: (u: number) => number, thickness: number, bow: number): Section {
  return (u, angle) => {
    const width = halfWidth(u)
    const side = width * Math.sin(angle)
    const rise = (bow * side * side) / Math.max(width, 1e-9)
    return [rise + 0.5 * Math.min(thickness, 2 * width) * Math.cos(angle), side]
  }
}
