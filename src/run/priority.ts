// Who goes first: the step from which the longest way is left to the end.
import { upstreamOf, type Step } from '../pipeline/pipeline.ts'

/**
 * The priority of a step: the longest path first, and among equals the scan that was begun first.
 * @param path seconds from the step's start to the end
 * @param age  how many scans were begun before its own
 */
export const priorityOf = (path: number, age: number): number => path - age * 1e-6

/**
 * For each step the seconds from its start to the end of the longest chain that follows it.
 * @param seconds of each step; 0 of one that is not to be done
 */
export function longestPaths(
  steps: readonly Pick<Step, 'name' | 'wires'>[],
  seconds: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const after = new Map<string, number>()
  const paths = new Map<string, number>()
  for (const step of steps.toReversed()) {
    const path = (seconds.get(step.name) ?? 1) + (after.get(step.name) ?? 0)
    paths.set(step.name, path)
    for (const upstream of upstreamOf(step)) {
      after.set(upstream, Math.max(after.get(upstream) ?? 0, path))
    }
  }
  return paths
}
