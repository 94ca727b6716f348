// A skeleton as chains of points: what lies between two branchings is one line, drawn with few points.

/**
 * The lines of a skeleton, merged into chains that end where they branch or end; a ring begins
 * anywhere. Every line is in one chain, once.
 *
 * @param lines two point numbers each
 * @returns point numbers, in order
 */
export function chainsOf(count: number, lines: ArrayLike<number>): number[][] {
  const next: number[][] = Array.from({ length: count }, () => [])
  for (let i = 0; i < lines.length; i += 2) {
    next[lines[i]].push(i >> 1)
    next[lines[i + 1]].push(i >> 1)
  }
  const isUsed = new Uint8Array(lines.length / 2)
  const chains: number[][] = []
  const follow = (start: number, first: number): void => {
    const chain = [start]
    let point = start
    let line: number | undefined = first
    while (line !== undefined && !isUsed[line]) {
      isUsed[line] = 1
      point = lines[2 * line] === point ? lines[2 * line + 1] : lines[2 * line]
      chain.push(point)
      line = next[point].length === 2 ? next[point].find((one) => !isUsed[one]) : undefined
    }
    chains.push(chain)
  }
  for (let point = 0; point < count; point++) {
    if (next[point].length === 2) continue
    for (const line of next[point]) if (!isUsed[line]) follow(point, line)
  }
  for (let line = 0; line < isUsed.length; line++) if (!isUsed[line]) follow(lines[2 * line], line)
  return chains
}

/**
 * A chain with fewer points, none of those left out farther than `tolerance` from its line.
 *
 * @param points x, y, z of all points
 * @param chain  point numbers; its ends stay
 * Source: Douglas and Peucker, 1973.
 */
export function simplified(
  points: ArrayLike<number>,
  chain: readonly number[],
  tolerance: number,
): number[] {
  const isKept = new Uint8Array(chain.length)
  isKept[0] = isKept[chain.length - 1] = 1
  const open: [number, number][] = [[0, chain.length - 1]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to] = span
    let farthest = -1
    let most = tolerance
    for (let i = from + 1; i < to; i++) {
      const gap = gapTo(points, chain[i], chain[from], chain[to])
      if (gap > most) [farthest, most] = [i, gap]
    }
    if (farthest < 0) continue
    isKept[farthest] = 1
    open.push([from, farthest], [farthest, to])
  }
  return chain.filter((_, i) => isKept[i])
}

/** How far point `p` is from the segment between `a` and `b`. */
function gapTo(points: ArrayLike<number>, p: number, a: number, b: number): number {
  let [along, squared] = [0, 0]
  for (let k = 0; k < 3; k++) {
    const d = points[3 * b + k] - points[3 * a + k]
    along += d * (points[3 * p + k] - points[3 * a + k])
    squared += d * d
  }
  const t = squared > 0 ? Math.min(Math.max(along / squared, 0), 1) : 0
  let gap = 0
  for (let k = 0; k < 3; k++) {
    const d = points[3 * b + k] - points[3 * a + k]
    gap += (points[3 * p + k] - points[3 * a + k] - t * d) ** 2
  }
  return Math.sqrt(gap)
}
