// What a benchmark is: a function that measures and reports one row after the other.
import { performance } from 'node:perf_hooks'

/** One line of a benchmark's table: what was measured, and numbers with their unit in the name. */
export type Row = Readonly<Record<string, string | number>>

/**
 * A benchmark: the default export of a file in bench/.
 *
 * It measures against a baseline in the same run and reports the ratio, because times alone say
 * little on a machine that others share.
 */
export type Bench = (report: (row: Row) => void) => Promise<void>

/** How long `work` takes, in ms: the shortest of `rounds` times. */
export async function shortest(rounds: number, work: () => unknown): Promise<number> {
  let best = Infinity
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    await work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/** A number with three digits that matter. */
export function round(value: number): number {
  return Number(value.toPrecision(3))
}
