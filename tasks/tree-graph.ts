// TreeGraph: which part of the skeleton is the stem, and what hangs on it.
import { LEAF_FLATNESS, STEM_DOUBT, type StemQuality } from '../src/geometry/tree/stem-quality.ts'
import { labelPlant } from '../src/geometry/tree/tree-graph.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { curveSkeleton } from './artifacts/curve-skeleton.ts'
import { treeGraph } from './artifacts/tree-graph.ts'

export default defineTask({
  name: 'TreeGraph',
  version: 3,
  summary: 'Finds the main stem in the skeleton, and the organs attached to it.',
  doc:
    'The stem runs from the lowest point of the skeleton along the shortest paths on which length × ' +
    'thickness is largest, so that a strong side branch is not taken for it, straight down to its ' +
    'base, past leaves, and is cut where it turns into an organ at its tip. A stem in doubt, and one ' +
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
  async run({ inputs, params: { z_axis: axis, stem_axis_inverted: inverted }, log }) {
    const graph = labelPlant(await inputs.upstream_task.read(), { axis, inverted })
    if (graph.nodes.length === 0)
      throw new RomiError('task/empty-input', 'the skeleton has no line: look at the mesh')
    const branching = graph.nodes.filter(({ labels }) => labels.includes('node')).length
    log.info(`${graph.nodes.length} points; ${branching} branchings of the stem`)
    for (const doubt of doubts(graph.stem)) log.warn(doubt)
    return graph
  },
})

/** What speaks against the stem, a sentence each. */
function doubts({ rival, tipFlatness }: StemQuality): string[] {
  const look = 'See in phyllotaxis.svg of AnglesAndInternodes whether its stem is the plant’s'
  return [
    ...(rival > STEM_DOUBT
      ? [
          `the stem is in doubt: a branch that leaves it is ${Math.round(100 * rival)} % as long ` +
            `and thick as what is taken for the stem above it. ${look}, and z_axis its direction`,
        ]
      : []),
    ...(tipFlatness !== undefined && tipFlatness > LEAF_FLATNESS
      ? [
          `the stem seems to end in a leaf: at its tip it is ${tipFlatness.toFixed(0)} times as ` +
            `wide as thick. ${look}; if it is not, the topmost organs are wrong`,
        ]
      : []),
  ]
}
