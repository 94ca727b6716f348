// How much of a plant is one pixel wide in a mask: what the photograph hardly resolves.
import { nextMark, wordsOf } from './bytes.ts'
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
  const words = wordsOf(data)
  for (let y = 0; y < height; y += ROW_STEP) {
    const [row, end] = [y * width, (y + 1) * width]
    for (
      let at = nextMark(data, words, row, end);
      at < end;
      at = nextMark(data, words, at + 1, end)
    ) {
      marks++
      const isAloneInRow =
        (at === row || data[at - 1] === 0) && (at === end - 1 || data[at + 1] === 0)
      const isAloneInColumn =
        (y === 0 || data[at - width] === 0) && (y === height - 1 || data[at + width] === 0)
      if (isAloneInRow || isAloneInColumn) threads++
    }
  }
  return marks < FEWEST_MARKS ? undefined : threads / marks
}
