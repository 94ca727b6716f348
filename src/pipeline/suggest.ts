// Did you mean …? The name that was probably meant, by edit distance.

/**
 * The candidate that is nearest to what was written, if any is near: one edit in three letters.
 * Case does not count. Among equally near ones it is the first.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const allowed = Math.max(1, Math.floor(written.length / 3))
  let best: string | undefined
  let least = allowed + 1
  for (const candidate of candidates) {
    const edits = editDistance(written.toLowerCase(), candidate.toLowerCase())
    if (edits < least) [best, least] = [candidate, edits]
  }
  return best
}

/**
 * Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
 * Source: the restricted distance of Damerau, 1964, by the table of Wagner and Fischer, 1974.
 */
export function editDistance(a: string, b: string): number {
  let older: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], older[j - 2] + 1)
    }
    older = last
    last = row
  }
  return last[b.length]
}
