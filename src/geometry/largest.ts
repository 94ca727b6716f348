// Where the largest of many values stands.

/**
 * The index of the largest value, the first of equals; −1 of none.
 *
 * For arrays of any length: `Math.max(...values)` fails from some hundred thousand on.
 */
export function largestAt(values: ArrayLike<number>): number {
  let best = -1
  for (let i = 0; i < values.length; i++) if (best < 0 || values[i] > values[best]) best = i
  return best
}
