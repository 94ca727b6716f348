// Normal deviates that are rounded to whole numbers, as a table from which they are drawn at once.

/** The greatest number; what is beyond counts as it. */
const FURTHEST = 255
/** A column for each number from −255 to 255, and one that is empty. */
const COLUMNS = 512
/** What a part of a column is counted in. */
const WHOLE = 2 ** 23

/**
 * A table of whole numbers with the probabilities of normal deviates that are rounded, those beyond
 * 255 taken for 255.
 *
 * A random column c holds c − 255 with a probability in 2²³rds, its first word, and its second word
 * else: each number has its probability to 2⁻³⁰.
 *
 * @param sd above 0, of the deviates before they are rounded
 * @returns 512 columns of two words each
 * Source: the alias method (Walker, 1977), its table filled as by Vose, 1991.
 */
export function wholeNormals(sd: number): Int32Array {
  const parts = Float64Array.from({ length: COLUMNS }, (_, c) => COLUMNS * probability(c, sd))
  const table = new Int32Array(2 * COLUMNS)
  const [scant, ample]: [number[], number[]] = [[], []]
  parts.forEach((part, c) => (part < 1 ? scant : ample).push(c))
  // what is lacking in one column is filled by another that has more than enough
  while (scant.length > 0 && ample.length > 0) {
    const [c, filler] = [scant.pop()!, ample.at(-1)!] // neither is empty
    table[2 * c] = Math.round(WHOLE * parts[c])
    table[2 * c + 1] = filler - FURTHEST
    parts[filler] -= 1 - parts[c]
    if (parts[filler] < 1) scant.push(ample.pop()!) // it was there
  }
  for (const c of [...scant, ...ample]) table[2 * c] = WHOLE // but for rounding, they are full
  return table
}

function probability(column: number, sd: number): number {
  const number = column - FURTHEST
  if (number > FURTHEST) return 0
  const from = number === -FURTHEST ? -1 : errorFunction((number - 0.5) / sd / Math.SQRT2)
  const to = number === FURTHEST ? 1 : errorFunction((number + 0.5) / sd / Math.SQRT2)
  return (to - from) / 2
}

/** The error function: the series of Abramowitz and Stegun, 1964, 7.1.6, all of whose terms are positive. */
function errorFunction(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x) // nothing is left that a number of 53 bits could hold
  let term = x
  let sum = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
