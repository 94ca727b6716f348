// TreeGraph: which part of the skeleton is the stem, and what hangs on it.
import { treeGraph as labelled } from '../src/geometry/tree/tree-graph.ts'
import { defineTask, fileset, param, RomiError } from '../src/index.ts'
import { curveSkeleton } from './artifacts/curve-skeleton.ts'
import { treeGraph } from './artifacts/tree-graph.ts'

export default defineTask({
  name: 'TreeGraph',
  version: 2,
  summary: 'Finds the main stem of the skeleton and what hangs on it.',
  doc:
    'The stem is the longest path of the skeleton, taken straight down to its base, past leaves, ' +
    'and cut where it turns into an organ at its tip. Nodes have ROMI’s attributes (position, labels, main_stem_id from ' +
    'the base up, fruit_id). Unlike ROMI’s pickle the graph is written as JSON, in the node-link ' +
    'form that NetworkX reads, and the stem does not run on into the last leaf and organ.',
  inputs: {
    upstream_task: fileset(curveSkeleton, { default: 'CurveSkeleton', doc: 'the skeleton' }),
  },
  params: {
    z_axis: param.integer({
      default: 2,
      min: 0,
      max: 2,
      aliases: ['stem_axis'],
      doc: 'The axis that the plant grows along: 0, 1 or 2 for x, y or z.',
    }),
    stem_axis_inverted: param.boolean({
      default: false,
      doc: 'Whether the plant grows towards smaller coordinates.',
    }),
  },
  output: treeGraph,
  async run({ inputs, params: { z_axis: axis, stem_axis_inverted: inverted }, log }) {
    const graph = labelled(await inputs.upstream_task.read(), { axis, inverted })
    if (graph.nodes.length === 0)
      throw new RomiError('task/empty-input', 'the skeleton has no line: look at the mesh')
    const branching = graph.nodes.filter(({ labels }) => labels.includes('node')).length
    log.info(`${graph.nodes.length} points; ${branching} branchings of the stem`)
    return graph
  },
})
