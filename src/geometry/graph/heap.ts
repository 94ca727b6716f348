// A priority queue over node numbers on flat arrays, for shortest paths.

/**
 * A binary heap of (cost, node). Equal costs come out by node number, so that results never depend
 * on the order of insertion. A node may be put in several times; the reader skips the stale ones.
 */
export class Heap {
  #costs: Float64Array
  #nodes: Int32Array
  #size = 0

  constructor(capacity = 1024) {
    this.#costs = new Float64Array(capacity)
    this.#nodes = new Int32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** The smallest cost; only while `size` > 0. */
  get cost(): number {
    return this.#costs[0]
  }

  push(cost: number, node: number): void {
    if (this.#size === this.#nodes.length) this.#grow()
    const costs = this.#costs
    const nodes = this.#nodes
    let hole = this.#size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (costs[parent] < cost || (costs[parent] === cost && nodes[parent] <= node)) break
      costs[hole] = costs[parent]
      nodes[hole] = nodes[parent]
      hole = parent
    }
    costs[hole] = cost
    nodes[hole] = node
  }

  /** Takes out the node with the smallest cost; only while `size` > 0. */
  pop(): number {
    const costs = this.#costs
    const nodes = this.#nodes
    const top = nodes[0]
    const size = --this.#size
    const cost = costs[size]
    const node = nodes[size]
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= size) break
      const right = child + 1
      if (
        right < size &&
        (costs[right] < costs[child] ||
          (costs[right] === costs[child] && nodes[right] < nodes[child]))
      )
        child = right
      if (cost < costs[child] || (cost === costs[child] && node <= nodes[child])) break
      costs[hole] = costs[child]
      nodes[hole] = nodes[child]
      hole = child
    }
    costs[hole] = cost
    nodes[hole] = node
    return top
  }

  #grow(): void {
    const costs = new Float64Array(2 * this.#costs.length)
    const nodes = new Int32Array(2 * this.#nodes.length)
    costs.set(this.#costs)
    nodes.set(this.#nodes)
    this.#costs = costs
    this.#nodes = nodes
  }
}
