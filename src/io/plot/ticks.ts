// Round numbers along an axis, with labels that show no more digits than they need.

export interface Ticks {
  readonly values: readonly number[]
  readonly labels: readonly string[]
}

/**
 * Ticks at multiples of 1, 2 or 5 times a power of ten, within the range, about `wanted` of them.
 *
 * @param given   where they shall stand instead; those outside of the range are left out
 * @param isCount only whole numbers
 */
export function niceTicks(
  min: number,
  max: number,
  wanted: number,
  given?: readonly number[],
  isCount = false,
): Ticks {
  if (given) {
    const values = given.filter((value) => value >= min && value <= max)
    return { values, labels: values.map((value) => String(Number(value.toPrecision(6)))) }
  }
  const rough = Math.max(isCount ? 1 : 0, (max - min) / Math.max(1, wanted))
  const power = Math.floor(Math.log10(rough))
  const decade = 10 ** power
  const factor = [1, 2, 5, 10].find((each) => each * decade >= rough * (1 - 1e-9)) ?? 10
  const decimals = Math.max(0, -(factor === 10 ? power + 1 : power))
  const step = factor * decade
  // counted in steps, so that the range's ends do not depend on sums of fractions
  const first = Math.ceil(min / step - 1e-9)
  const last = Math.floor(max / step + 1e-9)
  const values = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
  return { values, labels: values.map((value) => (value + 0).toFixed(decimals)) }
}
