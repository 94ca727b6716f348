// How often a surface that is known by its points winds about a place: 1 inside, 0 outside.
import { NeighbourTree } from '../neighbours.ts'
import type { OrientedCloud } from './moving-least-squares.ts'

/** A group of points counts as one when it is farther than this many times its radius. */
const farEnough = 2
const windingLeafSize = 24

/**
 * The generalised winding number of an oriented point cloud.
 *
 * It tells inside from outside also where the cloud has holes: a place is taken as inside when the
 * points surround it by more than half. Sources: Jacobson, Kavan & Sorkine-Hornung (2013); Barill
 * et al. (2018), eq. 8, with dipoles for far groups.
 */
export class WindingNumber {
  private readonly order: Uint32Array
  /** For each node of the tree: centre x, y, z; radius; sum of area × normal x, y, z. */
  private readonly nodes: Float64Array
  /** For each point, in the tree's order: x, y, z, area × normal x, y, z. */
  private readonly dipoles: Float64Array

  /** @param areas the part of the surface that each point stands for */
  constructor({ points, normals }: OrientedCloud, areas: ArrayLike<number>, tree: NeighbourTree) {
    this.order = tree.order
    this.dipoles = new Float64Array(6 * tree.size)
    this.order.forEach((point, i) => {
      for (let d = 0; d < 3; d++) {
        this.dipoles[6 * i + d] = points[3 * point + d]
        this.dipoles[6 * i + 3 + d] = areas[point] * normals[3 * point + d]
      }
    })
    let depth = 0
    while (tree.size >> depth > windingLeafSize) depth++
    this.nodes = new Float64Array(7 * 2 ** (depth + 2))
    if (tree.size > 0) this.gather(0, tree.size, 0)
  }

  /** @returns about 1 inside, 0 outside, a half where the surface would close a hole */
  at(x: number, y: number, z: number): number {
    return this.order.length === 0 ? 0 : this.sum(0, this.order.length, 0, x, y, z) / (4 * Math.PI)
  }

  private gather(low: number, high: number, node: number): void {
    const { dipoles, nodes } = this
    const at = 7 * node
    let weights = 0
    let px = 0
    let py = 0
    let pz = 0
    let ax = 0
    let ay = 0
    let az = 0
    for (let i = 6 * low; i < 6 * high; i += 6) {
      const area = length(dipoles[i + 3], dipoles[i + 4], dipoles[i + 5]) + 1e-300
      weights += area
      px += area * dipoles[i]
      py += area * dipoles[i + 1]
      pz += area * dipoles[i + 2]
      ax += dipoles[i + 3]
      ay += dipoles[i + 4]
      az += dipoles[i + 5]
    }
    const cx = px / weights
    const cy = py / weights
    const cz = pz / weights
    let radius = 0
    for (let i = 6 * low; i < 6 * high; i += 6)
      radius = Math.max(radius, length(dipoles[i] - cx, dipoles[i + 1] - cy, dipoles[i + 2] - cz))
    nodes[at] = cx
    nodes[at + 1] = cy
    nodes[at + 2] = cz
    nodes[at + 3] = radius
    nodes[at + 4] = ax
    nodes[at + 5] = ay
    nodes[at + 6] = az
    if (high - low <= windingLeafSize) return
    const middle = (low + high) >>> 1
    this.gather(low, middle, 2 * node + 1)
    this.gather(middle, high, 2 * node + 2)
  }

  private sum(low: number, high: number, node: number, x: number, y: number, z: number): number {
    const { dipoles, nodes } = this
    const at = 7 * node
    const cx = nodes[at] - x
    const cy = nodes[at + 1] - y
    const cz = nodes[at + 2] - z
    const d2 = cx * cx + cy * cy + cz * cz
    const reach = farEnough * nodes[at + 3]
    if (d2 > reach * reach && d2 > 0)
      return (cx * nodes[at + 4] + cy * nodes[at + 5] + cz * nodes[at + 6]) / (d2 * Math.sqrt(d2))
    if (high - low > windingLeafSize) {
      const middle = (low + high) >>> 1
      return (
        this.sum(low, middle, 2 * node + 1, x, y, z) + this.sum(middle, high, 2 * node + 2, x, y, z)
      )
    }
    let total = 0
    for (let i = 6 * low; i < 6 * high; i += 6) {
      const dx = dipoles[i] - x
      const dy = dipoles[i + 1] - y
      const dz = dipoles[i + 2] - z
      const square = dx * dx + dy * dy + dz * dz
      if (square > 0)
        total +=
          (dx * dipoles[i + 3] + dy * dipoles[i + 4] + dz * dipoles[i + 5]) /
          (square * Math.sqrt(square))
    }
    return total
  }
}

/** `Math.hypot`, which guards against overflow, takes several times as long. */
const length = (x: number, y: number, z: number): number => Math.sqrt(x * x + y * y + z * z)

/**
 * The area that each point stands for: the inverse of how densely the points lie about it, with a
 * kernel (1 - d²/radius²) whose integral over a plane is π radius² / 2.
 */
export const pointAreas = (tree: NeighbourTree, radius: number): Float64Array =>
  tree.densities(radius).map((density) => (Math.PI * radius * radius) / 2 / density)
