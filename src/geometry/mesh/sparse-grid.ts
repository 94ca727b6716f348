// A grid of which only the nodes near a surface exist, kept in blocks of 8 × 8 × 8.

/** Nodes along each side of a block, as a power of two. */
const blockBits = 3
/** Nodes along each side of a block. */
export const blockSide = 1 << blockBits
/** Nodes of a block. */
export const blockSize = blockSide ** 3

/** What a node without a value counts as. */
export const outside = -1
/** What a node deep inside counts as: it has no value of its own either. */
export const inside = -2

/**
 * Nodes with whole coordinates from 0 to 2^17 - 1, each either outside, inside, or with a slot: a
 * number from 0 on under which the owner keeps its values.
 */
export class SparseGrid {
  /** Coordinates of each block, in blocks, in the order in which they were made. */
  readonly blocks: { readonly x: number; readonly y: number; readonly z: number }[] = []
  /** How many nodes have a slot. */
  slotCount = 0

  private readonly numbers = new Map<number, number>()
  private readonly slots: Int32Array[] = []
  private lastKey = -1
  private lastSlots: Int32Array | undefined

  /** What the node is: its slot, `outside` or `inside`. */
  at(x: number, y: number, z: number): number {
    const slots = this.slotsAt(x >> blockBits, y >> blockBits, z >> blockBits)
    return slots ? slots[within(x, y, z)] : outside
  }

  /** The node's slot, given to it now if it has none. */
  claim(x: number, y: number, z: number): number {
    const slots = this.block(x >> blockBits, y >> blockBits, z >> blockBits)
    const i = within(x, y, z)
    if (slots[i] < 0) slots[i] = this.slotCount++
    return slots[i]
  }

  /** Says that the node is inside; it must not have a slot. */
  fill(x: number, y: number, z: number): void {
    this.block(x >> blockBits, y >> blockBits, z >> blockBits)[within(x, y, z)] = inside
  }

  /** Takes back what `fill` said. */
  clear(x: number, y: number, z: number): void {
    this.block(x >> blockBits, y >> blockBits, z >> blockBits)[within(x, y, z)] = outside
  }

  /** The nodes of a block (z + 8 y + 64 x), or nothing where no block is. */
  slotsAt(bx: number, by: number, bz: number): Int32Array | undefined {
    const key = keyOf(bx, by, bz)
    if (key === this.lastKey) return this.lastSlots
    const number = this.numbers.get(key)
    this.lastKey = key
    this.lastSlots = number === undefined ? undefined : this.slots[number]
    return this.lastSlots
  }

  /** The nodes of a block, which is made if it is not there. */
  block(bx: number, by: number, bz: number): Int32Array {
    const present = this.slotsAt(bx, by, bz)
    if (present) return present
    const slots = new Int32Array(blockSize).fill(outside)
    this.numbers.set(keyOf(bx, by, bz), this.blocks.length)
    this.blocks.push({ x: bx, y: by, z: bz })
    this.slots.push(slots)
    this.lastSlots = slots
    return slots
  }

  /** The block's place in `blocks`, or -1. */
  numberOf(bx: number, by: number, bz: number): number {
    return this.numbers.get(keyOf(bx, by, bz)) ?? -1
  }
}

const within = (x: number, y: number, z: number): number =>
  ((x & 7) << (2 * blockBits)) | ((y & 7) << blockBits) | (z & 7)

/** Block coordinates are below 2^14, so three of them make a whole number that a double holds. */
const keyOf = (bx: number, by: number, bz: number): number => (bx * 16384 + by) * 16384 + bz
