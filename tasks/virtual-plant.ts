// VirtualPlant: grows a plant of which everything is known.
import {
  arabidopsis as wild,
  PlantParameterError,
} from '../src/geometry/virtual-plant/parameters.ts'
import type { PlantParameters } from '../src/geometry/virtual-plant/parameters.ts'
import { virtualPlant } from '../src/geometry/virtual-plant/virtual-plant.ts'
import { defineTask, param, RomiError } from '../src/index.ts'
import { virtualPlantModel } from './artifacts/virtual-plant.ts'

const countParam = (value: number, doc: string) =>
  param.integer({ default: value, min: 0, max: 1000, doc })
const mm = (value: number, doc: string) => param.float({ default: value, min: 0, unit: 'mm', doc })
const degreeParam = (value: number, doc: string) =>
  param.float({ default: value, unit: 'degree', doc })
const shareParam = (value: number, doc: string) =>
  param.float({ default: value, min: 0, max: 1, doc })

export default defineTask({
  name: 'VirtualPlant',
  version: 1,
  summary: 'Grows a virtual Arabidopsis with known angles and internodes.',
  doc:
    'A labelled mesh and, in the metadata of VirtualPlant.obj, the truth: angles (degrees, ' +
    'counter-clockwise seen from the tip), internodes along the axis, insertion points, directions ' +
    'and the axis. Without lists of its own it draws wild-type divergence angles, 137.5° ± 18.5° ' +
    '(Guédon et al., J. Theor. Biol. 338, 2013), and internodes that shorten towards the tip. ' +
    'The same parameters grow the same plant.',
  inputs: {},
  params: {
    seed: param.integer({
      default: wild.seed,
      doc: 'Seed of the plant.',
    }),
    organs: param.integer({
      default: wild.organs,
      min: 1,
      max: 1000,
      doc: 'Number of organs on the main stem that are measured: side branches and siliques.',
    }),
    branches: countParam(
      wild.branches,
      'How many of the organs, from the base, are side branches.',
    ),
    angles: param.numbers({
      default: [],
      unit: 'degree',
      doc: 'Divergence angles, one fewer than organs; if empty, drawn at random.',
    }),
    angle_mean: degreeParam(wild.angleMean, 'Mean divergence angle.'),
    angle_sd: degreeParam(wild.angleSd, 'Standard deviation of the divergence angle.'),
    permutation: shareParam(
      wild.permutation,
      'Probability that two organs changed places along the stem.',
    ),
    internodes: param.numbers({
      default: [],
      unit: 'mm',
      doc: 'Internode lengths, one fewer than organs; if empty, drawn at random.',
    }),
    internode_first: mm(wild.internodeFirst, 'Mean length of the first internode.'),
    internode_mean: mm(wild.internodeMean, 'Mean length of those far above it.'),
    internode_decay: param.float({
      default: wild.internodeDecay,
      min: 0,
      doc: 'Number of internodes over which the extra length of the first falls to a third.',
    }),
    internode_top: shareParam(
      wild.internodeTop,
      'Length of the topmost, as a share of those below.',
    ),
    internode_cv: shareParam(wild.internodeCv, 'Standard deviation as a share of the mean.'),
    internode_min: mm(wild.internodeMin, 'No drawn internode is shorter.'),
    stem_base: mm(wild.stemBase, 'From the ground to the first organ.'),
    stem_length: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 0,
      unit: 'mm',
      doc: 'Length of the whole stem; by default it follows from base and internodes.',
    }),
    stem_radius: mm(wild.stemRadius, 'Radius of the stem at the ground.'),
    stem_taper: shareParam(wild.stemTaper, 'Radius at the tip, as a share of it.'),
    lean: degreeParam(wild.lean, 'Angle of the stem from the vertical at the ground.'),
    bend: degreeParam(wild.bend, 'How far the stem turns up to its tip.'),
    wander: degreeParam(wild.wander, 'How far it wanders to and fro.'),
    pedicel_length: mm(wild.pedicelLength, 'Mean length of a pedicel.'),
    pedicel_radius: mm(wild.pedicelRadius, 'Mean radius of a pedicel.'),
    insertion_angle: degreeParam(
      wild.insertionAngle,
      'Mean angle between a pedicel and the stem above it.',
    ),
    insertion_sd: degreeParam(wild.insertionSd, 'Its standard deviation.'),
    pedicel_bend: degreeParam(wild.pedicelBend, 'How far a pedicel turns away from the stem.'),
    silique_bend: degreeParam(wild.siliqueBend, 'How far its silique does.'),
    sideways: degreeParam(wild.sideways, 'How far organs turn sideways, standard deviation.'),
    silique_length: mm(wild.siliqueLength, 'Mean length of a ripe silique.'),
    silique_radius: mm(wild.siliqueRadius, 'Mean radius of a ripe silique.'),
    shape_cv: shareParam(
      wild.shapeCv,
      'Standard deviation of organ sizes as a share of the mean, below 0.5.',
    ),
    young: shareParam(wild.young, 'Share of the organs, from the top, that still grow.'),
    youngest: shareParam(wild.youngest, 'Size of the youngest, as a share of a ripe one.'),
    branch_length: mm(wild.branchLength, 'Mean length of a side branch.'),
    branch_organs: countParam(wild.branchOrgans, 'Siliques on each side branch.'),
    rosette_leaves: countParam(wild.rosetteLeaves, 'Leaves at the base of the stem.'),
    leaf_length: mm(wild.leafLength, 'Length of the largest of them, stalk included.'),
    leaf_width: mm(wild.leafWidth, 'Its width.'),
    flowers: countParam(wild.flowers, 'Buds and flowers at the tip, above the measured organs.'),
    detail: param.float({
      default: wild.detail,
      min: 0.3,
      max: 10,
      doc: 'Subdivision of the mesh; 2 has four times as many triangles as 1.',
    }),
  },
  output: virtualPlantModel,
  run({ params }) {
    const { angles, internodes, ...others } = params
    const lists = {
      ...(angles.length > 0 && { angles }),
      ...(internodes.length > 0 && { internodes }),
    }
    try {
      return { ...virtualPlant({ ...inCamelCase(others), ...lists }), unit: 'mm' }
    } catch (error) {
      if (!(error instanceof PlantParameterError)) throw error
      const name = error.parameter.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      const message = `VirtualPlant.${name}${error.message.slice(error.parameter.length)}`
      throw new RomiError('task/wrong-parameter', `${message}: change it`, { cause: error })
    }
  },
})

/** `angle_mean` becomes `angleMean`; what has no value is left out, so that the default stands. */
function inCamelCase(
  params: Readonly<Record<string, number | undefined>>,
): Partial<PlantParameters> {
  const entries = Object.entries(params)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ])
  // Safe: the parameters above are named after the plant's, and a test compares the two lists.
  return Object.fromEntries(entries) as Partial<PlantParameters>
}
