// Where the steps of a pipeline stand in its picture: in layers, each below all that it reads.

/** A step and those that it reads. */
export interface GraphNode {
  readonly name: string
  readonly upstream: readonly string[]
}

/** In CSS pixels; the middle of each node, and the corners of each edge. */
export interface GraphLayout {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, { readonly x: number; readonly y: number }>
  readonly edges: readonly {
    readonly from: string
    readonly to: string
    readonly points: readonly (readonly [number, number])[]
  }[]
}

/** The size of a node, and the gaps between nodes and layers. */
export const nodeSize = { width: 216, height: 50 } as const
const between = { x: 18, y: 30 } as const
/** The width that an edge takes where it passes a layer. */
const lane = 18

/** A place in a layer: of a node, or of an edge on its way. */
interface Item {
  readonly name: string
  readonly width: number
  x: number
  readonly above: Item[]
  readonly below: Item[]
}

/** In the manner of Sugiyama, Tagawa and Toda, 1981: layers, fewer crossings, then places. */
export function layoutOf(nodes: readonly GraphNode[]): GraphLayout {
  const known = new Set(nodes.map(({ name }) => name))
  const ranks = ranksOf(nodes)
  const layers: Item[][] = []
  const itemOf = new Map<string, Item>()
  const put = (rank: number, name: string, width: number): Item => {
    const item: Item = { name, width, x: 0, above: [], below: [] }
    const layer = (layers[rank] ??= [])
    layer.push(item)
    return item
  }
  for (const { name } of nodes) itemOf.set(name, put(ranks.get(name) ?? 0, name, nodeSize.width))
  const ways: { readonly from: string; readonly to: string; readonly items: readonly Item[] }[] = []
  for (const { name, upstream } of nodes)
    for (const source of new Set(upstream)) {
      const [from, to] = [itemOf.get(source), itemOf.get(name)]
      if (!known.has(source) || !from || !to) continue
      const items = [from]
      for (let rank = (ranks.get(source) ?? 0) + 1; rank < (ranks.get(name) ?? 0); rank++)
        items.push(put(rank, '', lane))
      items.push(to)
      for (let i = 1; i < items.length; i++) {
        items[i].above.push(items[i - 1])
        items[i - 1].below.push(items[i])
      }
      ways.push({ from: source, to: name, items })
    }
  for (const layer of layers) spreadLayer(layer)
  for (let sweep = 0; sweep < 8; sweep++) {
    const down = sweep % 2 === 0
    for (const layer of down ? layers : [...layers].reverse())
      settleLayer(layer, down ? 'above' : 'below')
  }
  return drawnLayout(layers, itemOf, ways)
}

function ranksOf(nodes: readonly GraphNode[]): ReadonlyMap<string, number> {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const ranks = new Map<string, number>()
  const rankOf = (name: string, way: readonly string[]): number => {
    const done = ranks.get(name)
    if (done !== undefined) return done
    const upstream = byName.get(name)?.upstream ?? []
    const open = upstream.filter((source) => byName.has(source) && !way.includes(source))
    const rank = Math.max(-1, ...open.map((source) => rankOf(source, [...way, name]))) + 1
    ranks.set(name, rank)
    return rank
  }
  for (const { name } of nodes) rankOf(name, [])
  // What reads nothing stands just above its first reader: lines to it stay short.
  for (const { name, upstream } of nodes) {
    const readers = nodes.filter((node) => node.upstream.includes(name) && node.name !== name)
    if (upstream.some((source) => byName.has(source)) || readers.length === 0) continue
    const first = Math.min(...readers.map((reader) => ranks.get(reader.name) ?? 1))
    ranks.set(name, Math.max(0, first - 1))
  }
  return ranks
}

/** Side by side, in their order. */
function spreadLayer(layer: Item[]): void {
  let x = 0
  for (const item of layer) {
    item.x = x + item.width / 2
    x += item.width + between.x
  }
}

/** Each towards the mean of those that it is joined to, in the order of these means, none on another. */
function settleLayer(layer: Item[], side: 'above' | 'below'): void {
  const wish = new Map(
    layer.map((item) => {
      const joined = item[side]
      const mean = joined.reduce((sum, { x }) => sum + x, 0) / joined.length
      return [item, joined.length === 0 ? item.x : mean] as const
    }),
  )
  layer.sort((a, b) => wish.get(a)! - wish.get(b)!) // every item has a wish
  let low = -Infinity
  let moved = 0
  for (const item of layer) {
    const x = Math.max(wish.get(item)!, low + item.width / 2) // as above
    moved += x - wish.get(item)!
    item.x = x
    low = x + item.width / 2 + between.x
  }
  const back = moved / Math.max(1, layer.length)
  for (const item of layer) item.x -= back
}

function drawnLayout(
  layers: readonly Item[][],
  itemOf: ReadonlyMap<string, Item>,
  ways: readonly { readonly from: string; readonly to: string; readonly items: readonly Item[] }[],
): GraphLayout {
  const all = layers.flat()
  const low = Math.min(0, ...all.map(({ x, width }) => x - width / 2))
  const high = Math.max(0, ...all.map(({ x, width }) => x + width / 2))
  const rankOf = new Map(
    layers.flatMap((layer, rank) => layer.map((item) => [item, rank] as const)),
  )
  const at = (item: Item) => ({
    x: item.x - low,
    y: (rankOf.get(item) ?? 0) * (nodeSize.height + between.y) + nodeSize.height / 2,
  })
  const half = nodeSize.height / 2
  return {
    width: high - low,
    height: layers.length * (nodeSize.height + between.y) - between.y,
    nodes: new Map([...itemOf].map(([name, item]) => [name, at(item)])),
    edges: ways.map(({ from, to, items }) => ({
      from,
      to,
      points: items.flatMap((item, i) => {
        const { x, y } = at(item)
        const ends: (readonly [number, number])[] = []
        if (i > 0) ends.push([x, y - half])
        if (i < items.length - 1) ends.push([x, y + half])
        return ends
      }),
    })),
  }
}

/** A path of an SVG through points that stand below one another. */
export function smoothPath(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([x, y], i) => {
      if (i === 0) return `M${x} ${y}`
      const [beforeX, beforeY] = points[i - 1]
      const middle = (beforeY + y) / 2
      return `C${beforeX} ${middle} ${x} ${middle} ${x} ${y}`
    })
    .join('')
}
