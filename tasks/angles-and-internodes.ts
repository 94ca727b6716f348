// AnglesAndInternodes: the turns and distances between successive organs.
import { phyllotaxis as measure } from '../src/geometry/phyllotaxis/phyllotaxis.ts'
import { defineTask, fileset, param } from '../src/index.ts'
import { phyllotaxis } from './artifacts/phyllotaxis.ts'
import { treeGraph } from './artifacts/tree-graph.ts'

export default defineTask({
  name: 'AnglesAndInternodes',
  version: 7,
  summary: 'Measures angles and internodes between successive organs.',
  doc:
    'The stem’s axis is a smooth curve; an organ’s insertion is where the line of its base meets ' +
    'the axis, its direction the mean one near its base. The angle is the turn about the stem from ' +
    'organ to organ (0 to 360°, counter-clockwise seen from the tip, whichever way the genetic ' +
    'spiral climbs, which is stated), the internode the arc length between insertions. Four organs ' +
    'or more that crowd at the foot of the stem are a rosette and left out; of two that leave one ' +
    'place in one direction the lower is the leaf in whose axil the other stands: they count as one, ' +
    'with the mean of their directions about the stem. Unlike in ROMI, directions are unit vectors ' +
    'across the local stem, so angles are not drawn towards 90°, and lengths that are not given ' +
    'follow the plant, so centimetres will do. organs.csv has a row an organ, from the base up: ' +
    'angle (degrees) and internode are those to the next one, height is the way along the stem, ' +
    'azimuth (degrees) the direction about it from an arbitrary zero, confidence how well the organ ' +
    'tells its direction, from 0 to 1; x, y, z are its insertion, dx, dy, dz its direction, without ' +
    'its leaf’s.',
  inputs: {
    upstream_task: fileset(treeGraph, {
      default: 'TreeGraph',
      doc: 'the stem and its organs',
      reads: { scan: ['unit'] },
    }),
  },
  params: {
    min_fruit_size: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 0,
      unit: 'length',
      doc: 'Shorter organs are left out; else those below 0.3 of the typical organ.',
    }),
    node_sampling_dist: param.float({
      default: undefined as number | undefined, // the type of an optional length
      min: 1e-9,
      unit: 'length',
      doc: 'How much of an organ, from the stem, gives its direction; else 0.375 of the typical one, as ROMI’s 10 mm are.',
    }),
  },
  ignored: {
    characteristic_length: 'the stem is as thick as the skeleton says',
    stem_axis_inverted: 'the tree graph tells base from tip',
    organ_type: 'whatever hangs on the stem is measured',
  },
  output: phyllotaxis,
  async run({ inputs, params, log }) {
    const plant = measure(await inputs.upstream_task.read(), {
      leastLength: params.min_fruit_size,
      reach: params.node_sampling_dist,
    })
    const unit = inputs.upstream_task.scanMetadata('unit')
    const { angles, internodes, organs, rosette, leaves, spiral } = plant
    const leftOut = [
      ...(rosette > 0 ? [`${rosette} in a rosette`] : []),
      ...(leaves > 0 ? [`${leaves} as leaves below others`] : []),
    ].join(', ')
    const besides = leftOut === '' ? '' : `; left out: ${leftOut}`
    log.info(`${organs.length} organs, genetic spiral ${spiral}${besides}`)
    if (organs.length < 2)
      log.warn(
        `${organs.length} organs: no angle can be measured${besides}. Look at the skeleton, or ` +
          `lower min_fruit_size, which is ${plant.scale.leastLength.toPrecision(3)}`,
      )
    return { angles, internodes, plant, ...(typeof unit === 'string' && { unit }) }
  },
})
