// How deep each voxel of a sparse set lies: the exact Euclidean distance to the nearest empty voxel.
import { NEIGHBOURS, type VoxelSet } from './voxel-set.ts'

/** Where the three axes stand among the 26 steps: towards smaller and towards larger indices. */
const AXES = [
  { down: 12, up: 13 },
  { down: 10, up: 15 },
  { down: 4, up: 21 },
] as const

/**
 * The distance from each voxel's centre to the centre of the nearest empty one, in voxels.
 *
 * Separable lower envelopes of parabolas (Felzenszwalb & Huttenlocher, 2012), one axis after the
 * other; but along the runs of occupied voxels only. That is exact: whatever lies beyond the empty
 * voxel that ends a run is farther away than that voxel.
 *
 * @param neighbours of `neighbourTable(voxels)`
 * Cost: linear in the number of occupied voxels.
 */
export function boundaryDistances(voxels: VoxelSet, neighbours: Int32Array): Float64Array {
  const { count } = voxels
  const squared = new Float64Array(count).fill(Infinity)
  const envelope = new Envelope()
  for (const { down, up } of AXES)
    for (let v = 0; v < count; v++) {
      if (neighbours[NEIGHBOURS * v + down] >= 0) continue
      envelope.clear()
      for (let at = v; at >= 0; at = neighbours[NEIGHBOURS * at + up]) envelope.push(squared[at])
      envelope.close()
      let place = 1
      for (let at = v; at >= 0; at = neighbours[NEIGHBOURS * at + up])
        squared[at] = envelope.at(place++)
    }
  return squared.map(Math.sqrt)
}

/** The lower envelope of the parabolas f(p) + (x − p)² of one run, 0 at its two empty ends. */
class Envelope {
  #values: number[] = []
  #places: number[] = []
  #from: number[] = []
  #size = 0
  #next = 0
  #read = 0

  clear(): void {
    this.#size = 0
    this.#next = 0
    this.#read = 0
    this.push(0)
  }

  close(): void {
    this.push(0)
  }

  push(value: number): void {
    const place = this.#next++
    if (value === Infinity) return
    let from = -Infinity
    while (this.#size > 0) {
      const last = this.#size - 1
      const other = this.#places[last]
      from = (value + place * place - this.#values[last] - other * other) / (2 * (place - other))
      if (from > this.#from[last]) break
      this.#size--
      from = -Infinity
    }
    this.#values[this.#size] = value
    this.#places[this.#size] = place
    this.#from[this.#size] = from
    this.#size++
  }

  /** The envelope at `place`; places are asked for in rising order. */
  at(place: number): number {
    while (this.#read + 1 < this.#size && this.#from[this.#read + 1] < place) this.#read++
    const d = place - this.#places[this.#read]
    return this.#values[this.#read] + d * d
  }
}
