// Which things hang together, told pair by pair.

/** Disjoint sets of the numbers from 0 on (Tarjan, 1975; paths are halved on the way). */
export class DisjointSets {
  readonly #parent: Uint32Array

  /** @param count so many sets of one number each */
  constructor(count: number) {
    this.#parent = new Uint32Array(count)
    for (let i = 0; i < count; i++) this.#parent[i] = i
  }

  /** The number that stands for the set of `i`: the same for all of them. */
  of(i: number): number {
    const parent = this.#parent
    while (parent[i] !== i) i = parent[i] = parent[parent[i]]
    return i
  }

  /** Makes the sets of two numbers one, for which that of `b` then stands; false if they were one. */
  join(a: number, b: number): boolean {
    const [from, to] = [this.of(a), this.of(b)]
    this.#parent[from] = to
    return from !== to
  }
}
