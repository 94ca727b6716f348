// Leaves and flowers: thin closed blades about a bent midrib, and buds.
import type { Random } from '../random.ts'
import { stationAt, traced } from './curve.ts'
import type { Curve, Station } from './curve.ts'
import type { MeshBuilder } from './labelled-mesh.ts'
import type { PlantParameters } from './parameters.ts'
import { drawAround, fine, leaving } from './shoot.ts'
import { addSweep, blade, roundSection } from './sweep.ts'
import { combined } from './vector.ts'

const goldenAngle = 137.50776405003785

/** A leaf where it leaves its stem; lengths in mm, angles in degrees. */
interface Leaf {
  readonly station: Station
  readonly azimuth: number
  /** From the stem, at the insertion, and how much further down at the tip. */
  readonly from: number
  readonly droop: number
  readonly length: number
  readonly width: number
  /** Share of the length that is a narrow stalk. */
  readonly stalk: number
}

/** Adds a leaf: a narrow stalk, then a rounded blade. */
export function addLeaf(builder: MeshBuilder, name: string, leaf: Leaf, p: PlantParameters): void {
  builder.part(name)
  const direction = (arcLength: number) =>
    leaving(leaf.station, leaf.azimuth, leaf.from + leaf.droop * (arcLength / leaf.length) ** 2)
  const curve = traced(
    leaf.station.point,
    direction,
    leaf.length,
    fine(24, p),
    leaf.station.tangent,
  )
  const thickness = 0.35
  addSweep(builder, {
    curve,
    from: 0,
    to: leaf.length,
    rings: fine(24, p),
    around: fine(16, p),
    section: blade((u) => halfWidth(u, leaf), thickness, 0.25),
  })
}

function halfWidth(u: number, leaf: Leaf): number {
  const stalk = 0.1 * leaf.width
  const onBlade = (u - leaf.stalk) / (1 - leaf.stalk)
  const tip = Math.sqrt(Math.max(0, 1 - u)) * leaf.width
  if (onBlade <= 0) return Math.min(stalk, tip)
  const oval = 0.5 * leaf.width * Math.sin(Math.PI * onBlade ** 0.8) ** 0.7
  return Math.max(0.02 * leaf.width, Math.min(Math.max(stalk, oval), tip))
}

/** Adds the rosette: leaves in a golden spiral at the stem's base, the lowest largest and flattest. */
export function addRosette(
  builder: MeshBuilder,
  axis: Curve,
  p: PlantParameters,
  draw: Random,
): void {
  const start = 360 * draw.uniform()
  for (let i = 0; i < p.rosetteLeaves; i++) {
    const age = 1 - i / Math.max(1, p.rosetteLeaves - 1)
    const station = stationAt(axis, 1 + 2.5 * (1 - age))
    addLeaf(
      builder,
      `leaf_${numbered(i)}`,
      {
        station,
        azimuth: start + goldenAngle * i + draw.normal(0, 8),
        from: 55 + 25 * age + draw.normal(0, 5),
        droop: 25 + 10 * draw.normal(),
        length: drawAround(p.leafLength * (0.55 + 0.45 * age), p.shapeCv, draw),
        width: drawAround(p.leafWidth * (0.6 + 0.4 * age), p.shapeCv, draw),
        stalk: 0.35,
      },
      p,
    )
  }
}

/** Adds a bud or, when it is old enough, an open flower with four petals, at the end of an axis. */
export function addFlower(
  builder: MeshBuilder,
  name: string,
  curve: Curve,
  size: number,
  open: boolean,
  p: PlantParameters,
): void {
  builder.part(name)
  const tip = stationAt(curve, curve.length)
  const bud = traced(tip.point, () => tip.tangent, 2.6 * size, 8, tip.normal)
  addSweep(builder, {
    curve: bud,
    from: 0,
    to: bud.length,
    rings: fine(8, p),
    around: fine(8, p),
    section: roundSection(
      (u) => 0.75 * size * Math.sqrt(Math.max(0.01, 1 - (2 * u - 0.9) ** 2 / 1.21)),
    ),
  })
  if (!open) return
  const throat = { ...tip, point: combined([1, tip.point], [1.6 * size, tip.tangent]) }
  for (let petal = 0; petal < 4; petal++) {
    const direction = (arcLength: number) =>
      leaving(throat, 45 + 90 * petal, 25 + 18 * (arcLength / size))
    const midrib = traced(throat.point, direction, 2.6 * size, 8, throat.tangent)
    addSweep(builder, {
      curve: midrib,
      from: 0,
      to: midrib.length,
      rings: fine(6, p),
      around: fine(8, p),
      section: blade(
        (u) => size * (0.15 + 0.65 * Math.sqrt(Math.max(0.01, Math.sin(Math.PI * u ** 1.2)))),
        0.15,
        0.1,
      ),
    })
  }
}

/** Two digits, so that names sort as they count. */
export function numbered(i: number): string {
  return String(i + 1).padStart(2, '0')
}
