// A long list of numbers that are found one after the other, in a typed array that grows.

/** The kinds of arrays that are grown: x, y, z of points, or numbers of them. */
type Numbers =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>

/**
 * What `number[]` would be, in a fraction of the memory: no list is copied to make an array of it.
 *
 * Room that is not used has never been written to, and takes no memory where the system gives it out
 * page by page.
 */
export class LongList<T extends Numbers> {
  /** How many numbers there are. */
  length = 0
  private readonly kind: new (length: number) => T
  private values: T

  /** @param room how many numbers there will be, as far as that can be told; more are allowed */
  constructor(kind: new (length: number) => T, room = 1024) {
    this.kind = kind
    this.values = new kind(Math.max(3, room))
  }

  push(value: number): void {
    if (this.length === this.values.length) this.grow()
    this.values[this.length++] = value
  }

  /** Three at a time: the coordinates of a point. */
  pushThree(x: number, y: number, z: number): void {
    const { length } = this
    if (length + 3 > this.values.length) this.grow()
    this.values[length] = x
    this.values[length + 1] = y
    this.values[length + 2] = z
    this.length = length + 3
  }

  /** The numbers, of which there must come no more. */
  taken(): T {
    // Safe: a part of an array is of its kind.
    return this.values.subarray(0, this.length) as T
  }

  private grow(): void {
    const more = new this.kind(2 * this.values.length)
    more.set(this.values)
    this.values = more
  }
}
