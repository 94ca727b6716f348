// Steps in an order in which each comes after those that it reads, or the cycle that forbids one.

/** For each step, the steps that it reads. */
export type Readings = ReadonlyMap<string, readonly string[]>

/** Each step after those that it reads, else in the order of `reads`; and every cycle found. */
export interface Order {
  readonly steps: readonly string[]
  /** Each begins with its step that comes first in `reads`, which is not repeated at its end. */
  readonly cycles: readonly (readonly string[])[]
}

/** Orders steps by a walk in depth; a step that is met again while it is open closes a cycle. */
export function orderSteps(reads: Readings): Order {
  const rank = new Map([...reads.keys()].map((step, index) => [step, index]))
  const done = new Set<string>()
  const open: string[] = []
  const cycles: string[][] = []
  const visit = (step: string): void => {
    if (done.has(step)) return
    const from = open.indexOf(step)
    if (from >= 0) {
      cycles.push(fromFirst(open.slice(from), rank))
      return
    }
    open.push(step)
    for (const upstream of reads.get(step) ?? []) visit(upstream)
    open.pop()
    done.add(step)
  }
  for (const step of reads.keys()) visit(step)
  return { steps: [...done], cycles }
}

/** The same cycle, beginning with the step that ranks first. */
function fromFirst(cycle: readonly string[], rank: ReadonlyMap<string, number>): string[] {
  const ranks = cycle.map((step) => rank.get(step) ?? Infinity)
  const first = ranks.indexOf(Math.min(...ranks))
  return [...cycle.slice(first), ...cycle.slice(0, first)]
}

/** These steps and all that they read, directly or not: these first, the nearer before the farther. */
export function closureOf(
  steps: Iterable<string>,
  readBy: (step: string) => readonly string[],
): Set<string> {
  const all = new Set(steps)
  // A set goes on to what is added while it is gone through.
  for (const step of all) for (const read of readBy(step)) all.add(read)
  return all
}
