// Growing what a mask marks by a disk, run by run.
import { wordsOf } from './bytes.ts'
import { checkImage, type Image } from './image.ts'

/**
 * Grows what is marked by a disk: marks every pixel whose centre lies within `radius` of the centre
 * of a marked one. Beyond the border of the image nothing is marked.
 *
 * @param mask   one channel; not 0 = marked; its `data` are changed in place
 * @param radius in pixels; need not be whole
 * @returns the mask that was given
 * @throws RangeError if the mask has more than one channel or the radius is below 0
 * Cost: one look at each pixel, and a write for each run of marks and each row of the disk. A run of
 * marks covers, g rows away, the run that is √(r² − g²) longer at both ends.
 */
export function dilateMask(mask: Image, radius: number): Image {
  checkImage(mask)
  const { width, height, data } = mask
  if (mask.channels !== 1) throw new RangeError(`a mask has one channel, not ${mask.channels}`)
  if (!(radius >= 0)) throw new RangeError(`a disk cannot have the radius ${radius}`)
  const far = Math.min(Math.floor(radius), height - 1)
  const half = Int32Array.from({ length: far + 1 }, (_, g) =>
    Math.min(width, Math.floor(Math.sqrt(radius * radius - g * g))),
  )
  // all of them are found before the first is grown
  for (const { y, runs } of rowsOfRuns(mask)) {
    // from the farthest row inwards the runs only grow, so those that have met stay one
    for (let g = far, grown = 0, count = runs.length; g >= 0; grown = half[g], g--) {
      count = growRuns(runs, count, half[g] - grown, width)
      if (y - g >= 0) markRuns(data, (y - g) * width, runs, count)
      if (g > 0 && y + g < height) markRuns(data, (y + g) * width, runs, count)
    }
  }
  return mask
}

interface RowOfRuns {
  readonly y: number
  /** Columns: where a run begins, where it has ended, where the next begins, … */
  readonly runs: Int32Array
}

/** The runs of marks of each row that has some. */
function rowsOfRuns({ width, height, data }: Image): RowOfRuns[] {
  const rows: RowOfRuns[] = []
  const words = wordsOf(data)
  const found = new Int32Array(width + 1)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const end = row + width
    let count = 0
    for (let at = nextMark(data, words, row, end); at < end; at = nextMark(data, words, at, end)) {
      found[count++] = at - row
      while (at < end && data[at] !== 0) at++
      found[count++] = at - row
    }
    if (count > 0) rows.push({ y, runs: found.slice(0, count) })
  }
  return rows
}

/** The first byte from `at` on that is not 0, or `end`; sixteen are passed over at a time. */
function nextMark(data: Uint8Array, words: Int32Array, at: number, end: number): number {
  while (at < end && (at & 3) !== 0) {
    if (data[at] !== 0) return at
    at++
  }
  const last = Math.min(end >> 2, words.length) - 3
  let n = at >> 2
  while (n < last && (words[n] | words[n + 1] | words[n + 2] | words[n + 3]) === 0) n += 4
  at = Math.max(at, 4 * n)
  while (at < end && data[at] === 0) at++
  return at
}

/** Makes each run longer at both ends, and one of those that meet. @returns how many numbers are left */
function growRuns(runs: Int32Array, count: number, by: number, width: number): number {
  let left = 0
  for (let i = 0; i < count; i += 2) {
    const from = Math.max(0, runs[i] - by)
    const to = Math.min(width, runs[i + 1] + by)
    if (left > 0 && from <= runs[left - 1]) runs[left - 1] = to
    else {
      runs[left++] = from
      runs[left++] = to
    }
  }
  return left
}

function markRuns(marks: Uint8Array, row: number, runs: Int32Array, count: number): void {
  for (let i = 0; i < count; i += 2) {
    const from = row + runs[i]
    const to = row + runs[i + 1]
    // calling `fill` takes longer than a short run does
    if (to - from > 32) marks.fill(255, from, to)
    else for (let at = from; at < to; at++) marks[at] = 255
  }
}
