// A plant's tree graph as files: TreeGraph.json.
import type {
  TreeEdge,
  TreeGraph,
  TreeLabel,
  TreeNode,
} from '../../src/geometry/tree/tree-graph.ts'
import { filesetArtifact, io, RomiError, type Json, type JsonObject } from '../../src/index.ts'

const treeFileId = 'TreeGraph'

/**
 * `TreeGraph.json`: the node-link form of NetworkX (`networkx.node_link_graph`, `edges="links"`),
 * never a pickle. Nodes bear `position`, `labels`, `main_stem_id`, `fruit_id` as in ROMI, and
 * `radius` and `volume`; links bear `weight`.
 */
export const treeGraph = filesetArtifact<'treeGraph', TreeGraph>({
  name: 'treeGraph',
  doc: 'the plant as a graph: main stem, nodes and organs',
  only: [treeFileId],
  read: async (fileset) => parseGraph(await io.readJson(fileset.file(treeFileId))),
  write: async ({ nodes, edges }, output) => {
    const graph: JsonObject = {
      directed: false,
      multigraph: false,
      graph: {},
      nodes: nodes.map(toldNode),
      links: edges.map(({ from, to, weight }) => ({ source: from, target: to, weight })),
    }
    await output.write(treeFileId, { bytes: await io.jsonCodec.encode(graph), extension: 'json' })
  },
})

const toldNode = (
  { position, labels, mainStemId, fruitId, radius, volume }: TreeNode,
  id: number,
): JsonObject => ({
  id,
  position,
  labels,
  ...(mainStemId !== undefined && { main_stem_id: mainStemId }),
  ...(fruitId !== undefined && { fruit_id: fruitId }),
  ...(radius !== undefined && { radius }),
  ...(volume !== undefined && { volume }),
})

const nodeLabels: readonly TreeLabel[] = ['stem', 'node', 'fruit']

/** @throws RomiError `task/bad-file` if it is not such a graph */
function parseGraph(value: Json): TreeGraph {
  const { nodes, links, edges } = value as { [key: string]: unknown } // checked below, key by key
  const lines = links ?? edges // NetworkX renamed it in 3.4
  if (!Array.isArray(nodes) || !Array.isArray(lines))
    throw treeDamaged('it has no lists "nodes" and "links"')
  const place = new Map(nodes.map((node: unknown, i) => [(node as { id?: unknown })?.id, i]))
  return {
    nodes: nodes.map(parseNode),
    edges: lines.map((line: unknown) => parseEdge(line, place)),
  }
}

function parseNode(node: unknown, i: number): TreeNode {
  const { position, labels, main_stem_id, fruit_id, radius, volume } = (node ?? {}) as {
    [key: string]: unknown
  }
  if (!isPoint(position)) throw treeDamaged(`node ${i} has no position of three numbers`)
  const named = Array.isArray(labels) ? labels : []
  return {
    position,
    labels: nodeLabels.filter((label) => named.includes(label)),
    ...(typeof main_stem_id === 'number' && { mainStemId: main_stem_id }),
    ...(typeof fruit_id === 'number' && { fruitId: fruit_id }),
    ...(typeof radius === 'number' && { radius }),
    ...(typeof volume === 'number' && { volume }),
  }
}

const isPoint = (value: unknown): value is [number, number, number] =>
  Array.isArray(value) && value.length === 3 && value.every((c) => Number.isFinite(c))

function parseEdge(line: unknown, place: ReadonlyMap<unknown, number>): TreeEdge {
  const { source, target, weight } = (line ?? {}) as { [key: string]: unknown }
  const [from, to] = [place.get(source), place.get(target)]
  if (from === undefined || to === undefined)
    throw treeDamaged(`a link joins ${String(source)} and ${String(target)}, which are no nodes`)
  return { from, to, weight: typeof weight === 'number' ? weight : 0 }
}

const treeDamaged = (what: string): RomiError =>
  new RomiError('task/bad-file', `${treeFileId}.json is damaged: ${what}; make it again`)
