// Which voxels lie in one limb of a solid with a branch of its skeleton.
import { NEIGHBOURS, squaredDistance, type VoxelSet } from './voxel-set.ts'

/** Paths run side by side for at most this many times the depth of the limb before they meet. */
const SIDE_BY_SIDE = 6
/** In voxels: the middles of a limb are one or two apart; in a thick one nothing more is sought. */
const MOST_APART = 4

/**
 * The limbs that branches go through.
 *
 * A limb that is an even number of voxels wide has two middles of one depth, and paths of least cost
 * may run along both, side by side, for centimetres: what leaves the limb there would then hang on
 * a twin of the stem. Two voxels lie in one limb if each is in the ball that is inscribed about the
 * other, as large as its depth.
 */
export class Limbs {
  readonly #cells: Int32Array
  readonly #neighbours: Int32Array
  readonly #depths: Float64Array
  /** By voxel: the nearest branch voxel whose ball holds it; −1: none. */
  readonly #branch: Int32Array
  readonly #squared: Float64Array

  constructor({ cells, count }: VoxelSet, neighbours: Int32Array, depths: Float64Array) {
    this.#cells = cells
    this.#neighbours = neighbours
    this.#depths = depths
    this.#branch = new Int32Array(count).fill(-1)
    this.#squared = new Float64Array(count).fill(Infinity)
  }

  /** Adds a branch: its voxels' inscribed balls, as far as the solid connects them and a twin may be. */
  add(branch: Int32Array): void {
    for (const v of branch) {
      const reach = Math.min(this.#depths[v], MOST_APART) ** 2
      this.#squared[v] = 0
      this.#branch[v] = v
      const queue = [v]
      for (const at of queue)
        for (let s = 0; s < NEIGHBOURS; s++) {
          const to = this.#neighbours[NEIGHBOURS * at + s]
          if (to < 0) continue
          const squared = squaredDistance(this.#cells, v, to)
          if (squared >= reach || squared >= this.#squared[to]) continue
          this.#squared[to] = squared
          this.#branch[to] = v
          queue.push(to)
        }
    }
  }

  /**
   * A path without what runs beside a branch for long before it meets one.
   *
   * @param path  from a tip to a voxel of a branch
   * @returns the path, or its part up to where it comes into the limb, with the branch's voxel there
   */
  withoutTwin(path: readonly number[]): readonly number[] {
    let first = path.length
    while (first > 0 && this.#beside(path[first - 1]) >= 0) first--
    if (first === path.length || path.length - first <= SIDE_BY_SIDE * this.#depths[path[first]])
      return path
    return [...path.slice(0, first + 1), this.#beside(path[first])]
  }

  /** The nearest voxel of a branch that lies in one limb with this one; −1: none. */
  #beside(voxel: number): number {
    return this.#squared[voxel] < this.#depths[voxel] ** 2 ? this.#branch[voxel] : -1
  }
}
