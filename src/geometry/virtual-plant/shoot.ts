// Stems and what leaves them: pedicels with siliques or flowers, drawn as swept surfaces.
import { radiansPerDegree, type Vec3 } from '../linear.ts'
import { random } from '../random.ts'
import type { Random } from '../random.ts'
import { traced } from './curve.ts'
import type { Curve, Station } from './curve.ts'
import type { MeshBuilder } from './labelled-mesh.ts'
import type { PlantParameters } from './parameters.ts'
import { addSweep, roundSection } from './sweep.ts'
import { combined, unitByDivision } from './vector.ts'

/** A whole number of corners or rings, never fewer than three. */
export function fine(count: number, p: PlantParameters): number {
  return Math.max(3, Math.round(count * p.detail))
}

/** A size drawn about its mean, kept within two standard deviations so that it stays a size. */
export function drawAround(mean: number, cv: number, draw: Random): number {
  return mean * (1 + cv * Math.min(2, Math.max(-2, draw.normal())))
}

/** The axis of the main stem: leaning, bending and wandering about the vertical. */
export function mainAxis(p: PlantParameters, length: number, stream: number): Curve {
  const draw = random(p.seed, stream)
  const [leanTo, bendTo] = [2 * Math.PI * draw.uniform(), 2 * Math.PI * draw.uniform()]
  const waves = [0, 1, 2, 3].map((i) => ({
    to: 2 * Math.PI * draw.uniform(),
    phase: 2 * Math.PI * draw.uniform(),
    turns: 1 + i * 0.7,
  }))
  const direction = (arcLength: number): Vec3 => {
    const u = arcLength / length
    let x = p.lean * Math.cos(leanTo) + p.bend * u * Math.cos(bendTo)
    let y = p.lean * Math.sin(leanTo) + p.bend * u * Math.sin(bendTo)
    for (const { to, phase, turns } of waves) {
      const wave = (p.wander / 2) * (Math.sin(2 * Math.PI * turns * u + phase) - Math.sin(phase))
      x += wave * Math.cos(to)
      y += wave * Math.sin(to)
    }
    return tilted(x * radiansPerDegree, y * radiansPerDegree)
  }
  return traced([0, 0, 0], direction, length, Math.ceil(length * 2), [1, 0, 0])
}

/** The vertical, turned by an angle whose components towards x and y are given. */
function tilted(x: number, y: number): Vec3 {
  const angle = Math.hypot(x, y)
  if (angle === 0) return [0, 0, 1]
  const s = Math.sin(angle) / angle
  return [x * s, y * s, Math.cos(angle)]
}

/** Adds a tapering stem with a rounded tip. */
export function addStem(
  builder: MeshBuilder,
  name: string,
  axis: Curve,
  radius: number,
  p: PlantParameters,
): void {
  builder.part(name)
  const cap = radius / axis.length
  addSweep(builder, {
    curve: axis,
    from: 0,
    to: axis.length,
    rings: fine(axis.length, p),
    around: fine(12, p),
    section: roundSection((u) => {
      const tip = Math.min(1, (1 - u) / cap)
      return radius * (1 + (p.stemTaper - 1) * u) * Math.sqrt(Math.max(0.01, tip * (2 - tip)))
    }),
  })
}

/** How an organ leaves its stem; angles in degrees, lengths in mm. */
export interface DrawnOrgan {
  readonly azimuth: number
  /** From the stem's direction at the insertion. */
  readonly insertion: number
  readonly pedicelLength: number
  readonly pedicelRadius: number
  readonly pedicelBend: number
  /** What the pedicel carries: its length and bend, and how far the whole turns sideways. */
  readonly headLength: number
  readonly headBend: number
  readonly sideways: number
}

/** The axis of an organ and its first direction. */
export interface OrganAxis {
  readonly curve: Curve
  readonly direction: Vec3
}

/** The axis of an organ from the stem's axis to its tip; its normal points away from the ground. */
export function organAxis(station: Station, shape: DrawnOrgan): OrganAxis {
  const total = shape.pedicelLength + shape.headLength
  const direction = (arcLength: number): Vec3 => {
    const onPedicel = Math.min(arcLength / shape.pedicelLength, 1)
    const onHead = Math.max(0, arcLength - shape.pedicelLength) / Math.max(shape.headLength, 1e-9)
    const from = shape.insertion + shape.pedicelBend * onPedicel + shape.headBend * onHead
    return leaving(station, shape.azimuth + (shape.sideways * arcLength) / total, from)
  }
  const steps = Math.max(8, Math.ceil(total * 2))
  const curve = traced(station.point, direction, total, steps, station.tangent)
  return { curve, direction: curve.tangents[0] }
}

/** The direction at an azimuth about a stem and an angle from it, both in degrees. */
export function leaving(station: Station, azimuth: number, from: number): Vec3 {
  const sine = Math.sin(from * radiansPerDegree)
  return unitByDivision(
    combined(
      [Math.cos(from * radiansPerDegree), station.tangent],
      [sine * Math.cos(azimuth * radiansPerDegree), station.normal],
      [sine * Math.sin(azimuth * radiansPerDegree), station.side],
    ),
  )
}

/** Adds the pedicel: a thin tube that widens where it carries its head. */
export function addPedicel(
  builder: MeshBuilder,
  name: string,
  axis: Curve,
  shape: DrawnOrgan,
  p: PlantParameters,
): void {
  builder.part(name)
  addSweep(builder, {
    curve: axis,
    from: 0,
    to: shape.pedicelLength,
    rings: fine(shape.pedicelLength * 1.3, p),
    around: fine(9, p),
    section: roundSection((u) => shape.pedicelRadius * (1 + 0.25 * u ** 6)),
  })
}

/** Adds a silique: a slender pod, tapering to a blunt style. */
export function addSilique(
  builder: MeshBuilder,
  name: string,
  axis: Curve,
  shape: DrawnOrgan,
  radius: number,
  p: PlantParameters,
): void {
  builder.part(name)
  addSweep(builder, {
    curve: axis,
    // a little inside the pedicel, so that no gap shows between the two
    from: shape.pedicelLength - Math.min(0.3, 0.1 * shape.pedicelLength),
    to: axis.length,
    rings: fine(16, p),
    around: fine(10, p),
    section: roundSection((u) => radius * podProfile(u)),
  })
}

function podProfile(u: number): number {
  const base = Math.min(1, 0.55 + 3 * u)
  const tip = Math.min(1, Math.sqrt((1 - u) * 6) + 0.02)
  return Math.min(base, tip) * (u > 0.93 ? 0.6 : 1)
}
