// What branches of a skeleton have accounted for of a solid.
import { NEIGHBOURS, squaredDistance, type VoxelSet } from './voxel-set.ts'

/** The part of a solid that branches have accounted for. */
export class Clearing {
  readonly #cells: Int32Array
  readonly #neighbours: Int32Array
  /** By how much the ball reaches beyond each voxel that cleared it; below 0: not cleared. */
  readonly #slack: Float64Array
  readonly #source: Int32Array
  readonly #queue: number[] = []

  constructor({ cells, count }: VoxelSet, neighbours: Int32Array) {
    this.#cells = cells
    this.#neighbours = neighbours
    this.#slack = new Float64Array(count).fill(-1)
    this.#source = new Int32Array(count)
  }

  isCleared(voxel: number): boolean {
    return this.#slack[voxel] >= 0
  }

  /** Clears the balls about a branch, as far as the solid connects them: what passes by stays. */
  clearAbout(branch: Int32Array, radius: (voxel: number) => number): void {
    const slack = this.#slack
    const queue = this.#queue
    queue.length = 0
    for (const v of branch) this.#reach(v, v, radius(v))
    for (let head = 0; head < queue.length; head++) {
      const at = queue[head]
      const source = this.#source[at]
      const reach = radius(source)
      for (let s = 0; s < NEIGHBOURS; s++) {
        const to = this.#neighbours[NEIGHBOURS * at + s]
        if (to >= 0 && slack[to] < reach) this.#reach(to, source, reach)
      }
    }
  }

  /** If several balls hold a voxel, the one that reaches farthest beyond it counts. */
  #reach(voxel: number, source: number, radius: number): void {
    const slack = radius - Math.sqrt(squaredDistance(this.#cells, voxel, source))
    if (slack < 0 || slack <= this.#slack[voxel] + 1e-9) return
    this.#slack[voxel] = slack
    this.#source[voxel] = source
    this.#queue.push(voxel)
  }
}
