// Heaps of points that hang together.
import { DisjointSets } from '../graph/disjoint-sets.ts'
import { NeighbourTree } from '../neighbours.ts'
import type { OrientedCloud } from './moving-least-squares.ts'

/** Distances between points within which they are neighbours, and how many make a place dense. */
const clusterReachOfSpacing = 2.5
const leastNeighbours = 6

/**
 * The largest cluster of a cloud, by number of points; the first of equals. Strays are left out.
 *
 * DBSCAN (Ester et al., 1996): a point with at least six others within two and a half spacings is
 * dense, dense points that are so near to each other are of one cluster, and other points belong to
 * that of the nearest dense one within reach.
 *
 * @param spacing distance between neighbouring points
 */
export function largestCluster(cloud: OrientedCloud, spacing: number): OrientedCloud {
  const clusters = clustersOf(cloud.points, spacing)
  const sizes = new Map<number, number>()
  for (const cluster of clusters)
    if (cluster >= 0) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1)
  let best = -1
  for (const [cluster, size] of sizes) if (size > (sizes.get(best) ?? 0)) best = cluster
  const isKept = (_: number, i: number): boolean => clusters[Math.floor(i / 3)] === best
  if (best < 0) return cloud
  return { points: cloud.points.filter(isKept), normals: cloud.normals.filter(isKept) }
}

/** The cluster of each point, named by one of its points; -1 for strays. */
function clustersOf(points: Float64Array, spacing: number): Int32Array {
  const reach = clusterReachOfSpacing * spacing
  const tree = new NeighbourTree(points)
  const forEachNear = (i: number, visit: (other: number, square: number) => void): void =>
    tree.forEachWithin(points[3 * i], points[3 * i + 1], points[3 * i + 2], reach, visit)
  const isDense = new Uint8Array(tree.size)
  for (let i = 0; i < tree.size; i++) {
    let near = -1 // the point itself is found, too
    forEachNear(i, () => near++)
    isDense[i] = near >= leastNeighbours ? 1 : 0
  }
  const clusters = new DisjointSets(tree.size)
  for (let i = 0; i < tree.size; i++)
    if (isDense[i])
      forEachNear(i, (other) => {
        if (other < i && isDense[other]) clusters.join(i, other)
      })
  return Int32Array.from({ length: tree.size }, (_, i) => {
    if (isDense[i]) return clusters.of(i)
    let owner = -1
    let least = Infinity
    forEachNear(i, (other, square) => {
      if (!isDense[other] || square >= least) return
      owner = other
      least = square
    })
    return owner < 0 ? -1 : clusters.of(owner)
  })
}
