// TreeGraph: from CurveSkeleton.json to TreeGraph.json.
import { describe, expect, test } from 'vitest'
import type { CurveSkeleton } from '../../src/geometry/skeleton/curve-skeleton.ts'
import type { TreeGraph } from '../../src/geometry/tree/tree-graph.ts'
import { io } from '../../src/index.ts'
import { runTask } from '../../src/testing/index.ts'
import task from '../../tasks/tree-graph.ts'

/** A stem along z of 40 points with a twig of 8 at its 20th. */
const skeleton: CurveSkeleton = {
  points: Float64Array.from([
    ...Array.from({ length: 40 }, (_, i) => [0, 0, i]).flat(),
    ...Array.from({ length: 8 }, (_, i) => [i + 1, 0, 19 + i]).flat(),
  ]),
  lines: Uint32Array.from([
    ...Array.from({ length: 39 }, (_, i) => [i, i + 1]).flat(),
    19,
    40,
    ...Array.from({ length: 7 }, (_, i) => [40 + i, 41 + i]).flat(),
  ]),
  radii: new Float64Array(48).fill(0.5),
  volumes: new Float64Array(48).fill(0.75),
}

async function graphOf(params = {}): Promise<TreeGraph> {
  return (await runTask<TreeGraph>(task, { inputs: { upstream_task: skeleton }, params })).value
}

describe('TreeGraph', () => {
  test('writes the node-link form of NetworkX with ROMI’s attributes', async () => {
    const { bytes } = await runTask(task, { inputs: { upstream_task: skeleton } })
    expect([...bytes.keys()]).toEqual(['TreeGraph.json'])
    const json = await io.jsonCodec.decode(bytes.get('TreeGraph.json') ?? new Uint8Array(), '')
    const { directed, multigraph, nodes, links } = json as {
      directed: unknown
      multigraph: unknown
      nodes: unknown[]
      links: unknown[]
    }
    expect([directed, multigraph]).toEqual([false, false])
    expect(nodes[19]).toEqual({
      id: 19,
      position: [0, 0, 19],
      labels: ['stem', 'node'],
      main_stem_id: 19,
      fruit_id: 0,
      radius: 0.5,
      volume: 0.75,
    })
    expect(nodes[47]).toEqual({
      id: 47,
      position: [8, 0, 26],
      labels: ['fruit'],
      fruit_id: 0,
      radius: 0.5,
      volume: 0.75,
    })
    expect(links).toHaveLength(47)
    expect(links).toContainEqual({ source: 0, target: 1, weight: 1 })
  })

  test('reads back what it wrote', async () => {
    const { nodes, edges } = await graphOf()
    expect(nodes.filter(({ labels }) => labels.includes('stem'))).toHaveLength(40)
    expect(nodes.filter(({ labels }) => labels.includes('fruit'))).toHaveLength(8)
    expect(edges).toHaveLength(47)
  })

  test('counts from the other end when the stem axis is inverted', async () => {
    const rank = ({ nodes }: TreeGraph) => nodes[0].mainStemId
    expect(rank(await graphOf())).toBe(0)
    expect(rank(await graphOf({ stem_axis_inverted: true }))).toBe(39)
  })

  test('warns of a stem that may be a branch, and of one that ends in a leaf', async () => {
    const warned = async (change: Partial<CurveSkeleton>) => {
      const inputs = { upstream_task: { ...skeleton, ...change } }
      const { checks } = await runTask(task, { inputs })
      return checks.flatMap(({ check, is }) => (is === 'broken' ? [check] : []))
    }
    expect(await warned({})).toEqual([])
    // a leaf is as thin as the stem, but wide
    const volumes = Float64Array.from({ length: 48 }, (_, i) => (i > 32 && i < 40 ? 9 : 0.75))
    expect(await warned({ volumes })).toEqual(['tip_flatness'])
    const branch = Array.from({ length: 20 }, (_, i) => [0.6 * i + 1, 0, 0.8 * i + 20]).flat()
    const points = Float64Array.from([...skeleton.points.subarray(0, 120), ...branch])
    const lines = Uint32Array.from([
      ...skeleton.lines.subarray(0, 80),
      ...Array.from({ length: 19 }, (_, i) => [40 + i, 41 + i]).flat(),
    ])
    const forked = { points, lines, radii: undefined, volumes: undefined }
    expect(await warned(forked)).toEqual(['stem_rival'])
  })

  test('tells how much of the skeleton and of the plant’s height the stem has, and its bends', async () => {
    const value = async (change: Partial<CurveSkeleton> = {}) => {
      const inputs = { upstream_task: { ...skeleton, ...change } }
      const { checks } = await runTask(task, { inputs })
      return Object.fromEntries(checks.map(({ check, range }) => [check, range?.median]))
    }
    expect(await value()).toMatchObject({ outside_share: 0, stem_bend: 0, stem_share: 1 })
    // a second piece beside, as long as a quarter of all
    const points = Float64Array.from([...skeleton.points, 50, 0, 0, 50, 0, 16])
    const lines = Uint32Array.from([...skeleton.lines, 48, 49])
    const radii = new Float64Array(50).fill(0.5)
    const torn = await value({ points, lines, radii, volumes: undefined })
    expect(torn.outside_share).toBeGreaterThan(0.2)
  })

  test('a skeleton without lines is refused', async () => {
    const points = { points: Float64Array.of(0, 0, 0), lines: new Uint32Array(0) }
    const refused = runTask(task, { inputs: { upstream_task: points } })
    await expect(refused).rejects.toMatchObject({ code: 'task/empty-input' })
  })

  test('TreeGraph is made once, and to the same bytes', async () => {
    const tried = await runTask(task, { inputs: { upstream_task: skeleton } })
    await tried.expectIncremental()
  })
})
