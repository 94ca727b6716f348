// What a step is expected to take, from what it took before.
import type { StepRecord } from './facts/record.ts'

/** The median of earlier runs of the same task; `undefined` if there was none. */
export function expectedOf(
  records: readonly StepRecord[],
): { readonly seconds: number; readonly bytes: number } | undefined {
  if (records.length === 0) return undefined
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]
  return {
    seconds: median(records.map(({ made }) => made.seconds)),
    bytes: median(records.map(({ made }) => made.bytes)),
  }
}
