// The median without sorting all.

/**
 * The value in the middle; of an even number the upper of the two there.
 *
 * @param values are put into another order; NaN counts as more than all others
 * @returns undefined of no value
 * Source: Hoare, Algorithm 65: Find, 1961. Cost: linear in the mean.
 */
export function upperMedian(values: Float64Array): number | undefined {
  const middle = values.length >> 1
  let low = 0
  let high = numbersFirst(values) - 1
  if (middle > high) return values.at(middle)
  while (low < high) {
    const pivot = values[(low + high) >>> 1]
    let [i, j] = [low, high]
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      const value = values[i]
      values[i++] = values[j]
      values[j--] = value
    }
    if (middle <= j) high = j
    else if (middle >= i) low = i
    else break
  }
  return values[middle]
}

/** Puts what is no number behind all others. @returns how many numbers there are */
function numbersFirst(values: Float64Array): number {
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (Number.isNaN(value)) continue
    values[i] = values[count]
    values[count++] = value
  }
  return count
}
