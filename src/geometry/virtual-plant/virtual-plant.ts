// A virtual Arabidopsis: a labelled mesh, and what is true of it, made from the same curves.
import type { Vec3 } from '../linear.ts'
import { random } from '../random.ts'
import type { Random } from '../random.ts'
import { stationAt } from './curve.ts'
import type { Curve, Station } from './curve.ts'
import { meshBuilder } from './labelled-mesh.ts'
import type { LabelledMesh, MeshBuilder } from './labelled-mesh.ts'
import { addFlower, addLeaf, addRosette, numbered } from './leaves.ts'
import { arabidopsis, checkParameters } from './parameters.ts'
import type { PlantParameters } from './parameters.ts'
import { arrangement, youth } from './phyllotaxis.ts'
import { drawAround, addPedicel, addSilique, addStem, mainAxis, organAxis } from './shoot.ts'
import type { DrawnOrgan } from './shoot.ts'
import { measured } from './truth.ts'
import type { Insertion, PlantTruth } from './truth.ts'

/** A plant and its truth; mm, z up, the stem's base at the origin. */
export interface VirtualPlant {
  /** Parts `stem_…`, `pedicel_…`, `fruit_…`, `leaf_…`, `flower_…`, each a closed surface or more. */
  readonly mesh: LabelledMesh
  readonly truth: PlantTruth
}

const plantStreams = { axis: 10, rosette: 11, flowers: 12, organs: 1000 }

/**
 * Grows a plant.
 *
 * @param changes what is other than in a wild-type plant
 * @throws PlantParameterError when no plant can have such parameters
 */
export function virtualPlant(changes: Partial<PlantParameters> = {}): VirtualPlant {
  const p = { ...arabidopsis, ...changes }
  checkParameters(p)
  const builder = meshBuilder()
  const tip = p.flowers > 0 ? 6 + 0.8 * p.flowers : 5
  const { heights, azimuths, length } = arrangement(p, tip)
  const axis = mainAxis(p, length, plantStreams.axis)
  addStem(builder, 'stem_main', axis, p.stemRadius, p)
  const organs = heights.map((height, i): Insertion => {
    const station = stationAt(axis, height)
    const direction =
      i < p.branches
        ? addBranch(builder, station, i, azimuths[i], p)
        : addFruit(builder, station, numbered(i), azimuths[i], youth(i, p.organs, p.young), p)
    const kind = i < p.branches ? 'branch' : 'silique'
    return { kind, point: station.point, stem: station.tangent, direction, height }
  })
  addRosette(builder, axis, p, random(p.seed, plantStreams.rosette))
  addCluster(builder, axis, heights[heights.length - 1], azimuths[azimuths.length - 1], p)
  return { mesh: builder.mesh(), truth: measured(organs, axis.points) }
}

/** @returns the direction in which the pedicel leaves its stem */
function addFruit(
  builder: MeshBuilder,
  station: Station,
  name: string,
  azimuth: number,
  youthful: number,
  p: PlantParameters,
): Vec3 {
  const draw = random(p.seed, plantStreams.organs + nameNumber(name))
  const size = 1 + (p.youngest - 1) * youthful
  const shape = fruitShape(azimuth, size, draw, p)
  const { curve, direction } = organAxis(station, shape)
  addPedicel(builder, `pedicel_${name}`, curve, shape, p)
  const radius = drawAround(p.siliqueRadius, p.shapeCv, draw) * (0.5 + 0.5 * size)
  addSilique(builder, `fruit_${name}`, curve, shape, radius, p)
  return direction
}

function fruitShape(azimuth: number, size: number, draw: Random, p: PlantParameters): DrawnOrgan {
  return {
    azimuth,
    insertion: Math.min(120, Math.max(15, draw.normal(p.insertionAngle, p.insertionSd))),
    pedicelLength: drawAround(p.pedicelLength, p.shapeCv, draw) * (0.4 + 0.6 * size),
    pedicelRadius: drawAround(p.pedicelRadius, p.shapeCv, draw) * (0.6 + 0.4 * size),
    pedicelBend: p.pedicelBend + draw.normal(0, p.insertionSd / 2),
    headLength: drawAround(p.siliqueLength, p.shapeCv, draw) * size,
    headBend: p.siliqueBend + draw.normal(0, p.insertionSd / 2),
    sideways: draw.normal(0, p.sideways),
  }
}

/** A number of its own for the name of each organ: `07` is 7, `02_05` is 205. */
function nameNumber(name: string): number {
  return name.split('_').reduce((sum, digits) => sum * 100 + Number(digits), 0)
}

/** Adds a cauline leaf and, above it, a side branch with its siliques. */
function addBranch(
  builder: MeshBuilder,
  station: Station,
  i: number,
  azimuth: number,
  p: PlantParameters,
): Vec3 {
  const name = numbered(i)
  const draw = random(p.seed, plantStreams.organs + nameNumber(name))
  const shape: DrawnOrgan = {
    ...fruitShape(azimuth, 1, draw, p),
    pedicelLength: drawAround(p.branchLength, p.shapeCv, draw),
    pedicelBend: -15,
    headLength: 0,
    insertion: Math.max(15, draw.normal(40, 5)),
  }
  const { curve, direction } = organAxis(station, shape)
  addStem(builder, `stem_branch_${name}`, curve, 0.6 * p.stemRadius, p)
  const leaf = { from: 60, droop: 35, length: 22, width: 6, stalk: 0.05 }
  addLeaf(builder, `leaf_cauline_${name}`, { station, azimuth, ...leaf }, p)
  let turn = 360 * draw.uniform()
  for (let k = 0; k < p.branchOrgans; k++) {
    const at = curve.length * (0.35 + (0.6 * k) / Math.max(1, p.branchOrgans - 1))
    turn += draw.normal(p.angleMean, p.angleSd)
    const youthful = youth(k, p.branchOrgans, p.young)
    addFruit(builder, stationAt(curve, at), `${name}_${numbered(k)}`, turn, youthful, p)
  }
  return direction
}

/** Adds the buds and flowers that crowd at the tip, the lowest open. */
function addCluster(
  builder: MeshBuilder,
  axis: Curve,
  lastHeight: number,
  lastAzimuth: number,
  p: PlantParameters,
): void {
  const draw = random(p.seed, plantStreams.flowers)
  const from = lastHeight + 5
  let azimuth = lastAzimuth
  for (let i = 0; i < p.flowers; i++) {
    const age = 1 - i / p.flowers
    azimuth += draw.normal(p.angleMean, p.angleSd)
    const shape: DrawnOrgan = {
      azimuth,
      insertion: 10 + 45 * age,
      pedicelLength: 1.5 + 5 * age,
      pedicelRadius: 0.6 * p.pedicelRadius,
      pedicelBend: -10,
      headLength: 0,
      headBend: 0,
      sideways: 0,
    }
    const station = stationAt(axis, from + ((axis.length - 0.5 - from) * i) / p.flowers)
    const { curve } = organAxis(station, shape)
    const name = numbered(i)
    addPedicel(builder, `pedicel_flower_${name}`, curve, shape, p)
    addFlower(builder, `flower_${name}`, curve, 0.45 + 0.5 * age, age > 0.7, p)
  }
}
