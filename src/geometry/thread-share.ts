// How much of a plant is one pixel wide in a mask: what the photograph hardly resolves.
import type { Image } from './image.ts'

/** The step between the rows that are looked at: thin parts of a plant are long. */
const ROW_STEP = 4
/** Fewer marks than this tell nothing. */
const FEWEST_MARKS = 50

/**
 * The share of the marks that have no neighbour along their row, or none along their column. It grows
 * steadily as the photograph of a plant shrinks, where the width of a stalk in whole pixels stays 1.
 *
 * @param mask one channel; not 0 = marked
 * @returns 0 to 1; undefined where too little is marked
 * Cost: a look at a quarter of the rows.
 */
export function threadShare({ width, height, data }: Image): number | undefined {
  let marks = 0
  let threads = 0
  for (let y = 0; y < height; y += ROW_STEP)
    for (let x = 0, at = y * width; x < width; x++, at++) {
      if (data[at] === 0) continue
      marks++
      const isAloneInRow =
        (x === 0 || data[at - 1] === 0) && (x === width - 1 || data[at + 1] === 0)
      const isAloneInColumn =
        (y === 0 || data[at - width] === 0) && (y === height - 1 || data[at + width] === 0)
      if (isAloneInRow || isAloneInColumn) threads++
    }
  return marks < FEWEST_MARKS ? undefined : threads / marks
}
