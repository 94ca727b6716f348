// A grid of which only the nodes near a surface exist, kept in blocks of 8 × 8 × 8.

/** Nodes along each side of a block, as a power of two. */
export const blockBits = 3
/** Nodes along each side of a block. */
export const blockSide = 1 << blockBits
/** Nodes of a block. */
export const blockSize = blockSide ** 3

/** What a node without a value counts as. */
export const outside = -1
/** What a node deep inside counts as: it has no value of its own either. */
export const inside = -2
/** The state of a node that counts as outside for now and may still turn out to be inside. */
export const doubtful = -3
/** The state of a node that is outside for good. */
export const refused = -4
/** What a node without a slot is. */
export type NodeState = typeof outside | typeof inside | typeof doubtful | typeof refused

/**
 * Nodes with whole coordinates from 0 to 2^17 - 1, each in a state below 0 (`outside` at first) or
 * with a slot: a number from 0 on under which the owner keeps its values.
 *
 * Blocks are found by hashing; one in a single state as a whole takes no room of its own.
 */
export class SparseGrid {
  /** How many blocks there are; they are numbered from 0 in the order in which they were made. */
  blockCount = 0
  /** How many nodes have a slot. */
  slotCount = 0

  /** x, y, z of each block, in blocks. */
  private places = new Int32Array(3 * 64)
  /** For each block, where its nodes begin in `nodes`, or the state of all of them. */
  private starts = new Int32Array(64)
  /** Block numbers + 1, at their hash or behind it; 0 is free. */
  private table = new Int32Array(128)
  /** The slots of all blocks that have any, block after block. */
  nodes = new Int32Array(16 * blockSize)
  /** How many nodes such blocks have. */
  nodesUsed = 0

  /** What the node is: its slot or its state. */
  at(x: number, y: number, z: number): number {
    const block = this.find(x >> blockBits, y >> blockBits, z >> blockBits)
    if (block < 0) return outside
    const start = this.starts[block]
    return start < 0 ? start : this.nodes[start + placeInBlock(x, y, z)]
  }

  /** Gives the node with this index in `nodes` a slot, if it has none. */
  claim(index: number): void {
    if (this.nodes[index] < 0) this.nodes[index] = this.slotCount++
  }

  /** Where the block's nodes begin in `nodes`; their state if it has none of its own. */
  startOf(bx: number, by: number, bz: number): number {
    const block = this.find(bx, by, bz)
    return block < 0 ? outside : this.starts[block]
  }

  /** Where the block's nodes begin in `nodes`; it gets nodes of its own if it has none. */
  own(bx: number, by: number, bz: number): number {
    const block = this.block(bx, by, bz)
    if (this.starts[block] < 0) {
      if (this.nodesUsed + blockSize > this.nodes.length) this.nodes = doubled(this.nodes)
      this.nodes.fill(this.starts[block], this.nodesUsed, this.nodesUsed + blockSize)
      this.starts[block] = this.nodesUsed
      this.nodesUsed += blockSize
    }
    return this.starts[block]
  }

  /** As `own`, where `fill` will tell what the nodes are. */
  enlist(bx: number, by: number, bz: number): number {
    const block = this.block(bx, by, bz)
    if (this.starts[block] < 0) {
      this.starts[block] = this.nodesUsed
      this.nodesUsed += blockSize
    }
    return this.starts[block]
  }

  /** @param nodes the slots and states of all blocks with nodes of their own, in their order */
  fill(nodes: Int32Array, slotCount: number): void {
    // with some room: what is not written to takes no memory
    this.nodes = new Int32Array(nodes.length + (nodes.length >> 3) + 16 * blockSize)
    this.nodes.set(nodes)
    this.slotCount = slotCount
  }

  /** Gives a node without a slot a state. */
  mark(x: number, y: number, z: number, as: NodeState): void {
    const start = this.own(x >> blockBits, y >> blockBits, z >> blockBits)
    this.nodes[start + placeInBlock(x, y, z)] = as
  }

  /** Gives all nodes of a block without slots a state. */
  markBlock(bx: number, by: number, bz: number, as: NodeState): void {
    this.starts[this.block(bx, by, bz)] = as
  }

  /** The block's number, or -1. */
  find(bx: number, by: number, bz: number): number {
    const { table, places } = this
    const mask = table.length - 1
    for (let i = cellHash(bx, by, bz) & mask; ; i = (i + 1) & mask) {
      const block = table[i] - 1
      if (block < 0) return -1
      if (places[3 * block] === bx && places[3 * block + 1] === by && places[3 * block + 2] === bz)
        return block
    }
  }

  /** The block's number; it is made, all outside, if it is not there. */
  block(bx: number, by: number, bz: number): number {
    const present = this.find(bx, by, bz)
    if (present >= 0) return present
    const block = this.blockCount++
    if (block === this.starts.length) this.grow()
    this.places.set([bx, by, bz], 3 * block)
    this.starts[block] = outside
    this.enter(block)
    return block
  }

  /** Where a block stands, in blocks. */
  placeOf(block: number): readonly [number, number, number] {
    const { places } = this
    return [places[3 * block], places[3 * block + 1], places[3 * block + 2]]
  }

  /** Its nodes' slots and states (z + 8 y + 64 x) if it has nodes of its own, else their state. */
  slotsOf(block: number): Int32Array | number {
    if (block < 0) return outside
    const start = this.starts[block]
    if (start < 0) return start
    return this.nodes.subarray(start, start + blockSize)
  }

  private enter(block: number): void {
    const { table, places } = this
    const mask = table.length - 1
    let i = cellHash(places[3 * block], places[3 * block + 1], places[3 * block + 2]) & mask
    while (table[i] !== 0) i = (i + 1) & mask
    table[i] = block + 1
  }

  /** Twice the room; the table stays at most half full. */
  private grow(): void {
    this.places = doubled(this.places)
    this.starts = doubled(this.starts)
    this.table = new Int32Array(2 * this.table.length)
    for (let block = 0; block < this.starts.length / 2; block++) this.enter(block)
  }
}

function doubled(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * values.length)
  more.set(values)
  return more
}

const placeInBlock = (x: number, y: number, z: number): number =>
  ((x & 7) << (2 * blockBits)) | ((y & 7) << blockBits) | (z & 7)

/** Three large primes spread neighbouring blocks (Teschner et al., 2003). */
export const cellHash = (x: number, y: number, z: number): number => {
  const mixed = Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)
  return mixed ^ (mixed >>> 15)
}
