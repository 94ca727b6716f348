// TreeGraph: which part of the skeleton is the stem, and what hangs on it.
import { LEAF_FLATNESS, STEM_DOUBT } from '../src/geometry/tree/stem-quality.ts'
import { labelPlant } from '../src/geometry/tree/tree-graph.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { curveSkeleton } from './artifacts/curve-skeleton.ts'
import { treeGraph } from './artifacts/tree-graph.ts'

const whereToLook = 'See in phyllotaxis.svg of AnglesAndInternodes whether its stem is the plant’s'

export default defineTask({
  name: 'TreeGraph',
  version: 4,
  summary: 'Finds the main stem in the skeleton, and the organs attached to it.',
  doc:
    'The stem runs from the lowest point of the skeleton along the shortest paths on which length × ' +
    'thickness is largest, so that a strong side branch is not taken for it, straight down to its ' +
    'base, past leaves and the bases of branches, and is cut where it turns into an organ at its tip. A stem in doubt, and one ' +
    'that ends in a leaf, is warned of. Nodes have ROMI’s attributes (position, labels, ' +
    'main_stem_id from the base up, fruit_id), and the radius and volume of the skeleton there. ' +
    'Unlike ROMI’s pickle the graph is written as JSON, in the node-link form that NetworkX reads, ' +
    'and the stem does not run on into the last leaf and organ.',
  inputs: {
    upstream_task: fileset(curveSkeleton, { default: 'CurveSkeleton', doc: 'the skeleton' }),
  },
  params: {
    z_axis: param.integer({
      default: 2,
      min: 0,
      max: 2,
      aliases: ['stem_axis'],
      doc: 'Growth axis of the plant: 0, 1 or 2 for x, y or z.',
    }),
    stem_axis_inverted: param.boolean({
      default: false,
      doc: 'Whether the plant grows towards smaller coordinates.',
    }),
  },
  output: treeGraph,
  checks: {
    outside_share: {
      doc: 'Share of the skeleton, by length, that is not connected to the stem.',
      max: 0.05,
      high: 'parts of the plant are not measured. Look at the skeleton: gap of CurveSkeleton may be too small',
    },
    stem_share: {
      doc: 'Length of the stem divided by the height of the plant.',
      min: 0.6,
      max: 1.6,
      low: `the stem ends too early, or a branch is taken for it. ${whereToLook}`,
      high: `the stem runs to and fro: it may lead through leaves. ${whereToLook}`,
    },
    stem_bend: {
      doc: 'Largest turn of the stem from one tenth of its length to the next.',
      unit: '°',
      max: 60,
      high: `the stem may run into a branch or a leaf. ${whereToLook}`,
    },
    stem_rival: {
      doc: 'Length times thickness of the strongest branch, divided by that of the stem above it.',
      max: STEM_DOUBT,
      high: `a branch is as long and thick as what is taken for the stem above it. ${whereToLook}, and z_axis its direction`,
    },
    tip_flatness: {
      doc: 'Width divided by thickness of the stem at its tip.',
      max: LEAF_FLATNESS,
      high: `the stem seems to end in a leaf. ${whereToLook}; if it is not, the topmost organs are wrong`,
    },
  },
  async run({ inputs, params: { z_axis: axis, stem_axis_inverted: inverted }, log, check }) {
    const graph = labelPlant(await inputs.upstream_task.read(), { axis, inverted })
    if (graph.nodes.length === 0)
      throw new RomiError('task/empty-input', 'the skeleton has no line: look at the mesh')
    const branching = graph.nodes.filter(({ labels }) => labels.includes('node')).length
    log.info(`${graph.nodes.length} points; ${branching} branchings of the stem`)
    const { stem } = graph
    check('outside_share', stem.outside)
    check('stem_share', stem.share)
    check('stem_bend', stem.bend)
    check('stem_rival', stem.rival)
    if (stem.tipFlatness !== undefined) check('tip_flatness', stem.tipFlatness)
    return graph
  },
})
