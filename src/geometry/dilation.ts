// Growing what a mask marks by a disk, 32 pixels at a time.
import { bitRowsOf, emptyBitRows, markBits, type BitRows } from './bit-rows.ts'
import { checkImage, type Image } from './image.ts'

/**
 * Grows what is marked by a disk: marks every pixel whose centre lies within `radius` of the centre
 * of a marked one. Beyond the border of the image nothing is marked.
 *
 * @param mask   one channel; not 0 = marked; its `data` are changed in place
 * @param radius in pixels; need not be whole
 * @returns the mask that was given
 * @throws RangeError if the mask has more than one channel or the radius is below 0
 * Method: a row of marks, as bits, is widened to the chord of the disk g rows away, √(r² − g²) to each
 * side, and put upon the rows g above and below; from the farthest row inwards, as chords only grow.
 * Cost: a look at each pixel, and 2 r + 1 operations for each 32 pixels of rows that have marks.
 */
export function dilateMask(mask: Image, radius: number): Image {
  checkImage(mask)
  if (mask.channels !== 1) throw new RangeError(`a mask has one channel, not ${mask.channels}`)
  markBits(grownRows(bitRowsOf(mask), mask, radius), mask)
  return mask
}

/**
 * Marks that stand in bits, grown as `dilateMask` does.
 *
 * @returns other rows; bits beyond the end of a row mean nothing
 * @throws RangeError if the radius is below 0
 */
export function grownRows(
  marks: BitRows,
  { width, height }: Pick<Image, 'width' | 'height'>,
  radius: number,
): BitRows {
  if (!(radius >= 0)) throw new RangeError(`a disk cannot have the radius ${radius}`)
  const far = Math.min(Math.floor(radius), height - 1)
  const chords = Int32Array.from({ length: far + 1 }, (_, g) =>
    Math.min(width, Math.floor(Math.sqrt(radius * radius - g * g))),
  )
  const grown = emptyBitRows({ width, height })
  const { words } = marks
  const row = new Int32Array(words)
  for (let y = 0; y < height; y++) {
    const stretch = markedStretch(marks, y)
    if (stretch.to <= stretch.from) continue
    row.set(marks.bits.subarray(y * words, (y + 1) * words))
    for (let g = far, chord = 0; g >= 0; chord = chords[g], g--) {
      widenRow(row, stretch, chords[g] - chord)
      if (y - g >= 0) putUpon(grown, y - g, row, stretch)
      if (g > 0 && y + g < height) putUpon(grown, y + g, row, stretch)
    }
  }
  return grown
}

/** The words of a row that have marks: from ≤ w < to. */
interface Stretch {
  from: number
  to: number
}

function markedStretch({ words, bits }: BitRows, y: number): Stretch {
  const row = y * words
  let [from, to] = [0, words]
  while (from < to && bits[row + from] === 0) from++
  while (to > from && bits[row + to - 1] === 0) to--
  return { from, to }
}

/** Marks the pixels up to `by` to the left and right of marks: by shifts that double what is done. */
function widenRow(row: Int32Array, stretch: Stretch, by: number): void {
  for (let done = 0; done < by;) {
    const shift = Math.min(31, done + 1, by - done)
    const rest = 32 - shift
    stretch.from = Math.max(0, stretch.from - 1)
    stretch.to = Math.min(row.length, stretch.to + 1)
    const { from, to } = stretch
    let before = 0
    let here = row[from]
    for (let w = from; w < to; w++) {
      const after = w + 1 < to ? row[w + 1] : 0
      row[w] = here | (here << shift) | (before >>> rest) | (here >>> shift) | (after << rest)
      before = here
      here = after
    }
    done += shift
  }
}

function putUpon({ words, bits }: BitRows, y: number, row: Int32Array, stretch: Stretch): void {
  const start = y * words
  for (let w = stretch.from; w < stretch.to; w++) bits[start + w] |= row[w]
}
