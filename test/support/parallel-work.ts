// Work for the test of `spread`; other threads import this file, so it must not import the test's.

export interface Job {
  /** How often each part was done. */
  readonly touched: Int32Array<SharedArrayBuffer>
  /** A part that fails. */
  readonly bad?: number
}

export const here = import.meta.url

export function touch({ touched, bad }: Job, part: number): number {
  if (part === bad) throw new RangeError('planted')
  Atomics.add(touched, part, 1)
  return part * part
}
