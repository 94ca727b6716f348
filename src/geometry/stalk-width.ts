// How wide the stalks are in a mask, in pixels: what is narrower than a few tears in carving.
import { nextMark, wordsOf } from './bytes.ts'
import type { Image } from './image.ts'

/** The step between the rows and columns that are looked at: thin parts of a plant are long. */
const STEP = 4
/** No stalk is wider, in pixels. */
const WIDEST = 64
/** Fewer places than this tell nothing. */
const FEWEST = 50
/** Stalks are the thin quarter of what a mask marks. */
const THIN_SHARE = 0.25

/**
 * The width of the thin quarter of what is marked, a place's width being the shorter of the runs of
 * marks through it along its row and its column.
 *
 * @param mask one channel; not 0 = marked
 * @returns pixels, 64 at most; undefined where too little is marked
 * Cost: a look at a quarter of the rows.
 */
export function stalkWidth({ width, height, data }: Image): number | undefined {
  const widths: number[] = []
  const words = wordsOf(data)
  for (let y = 0; y < height; y += STEP) {
    const [row, end] = [y * width, (y + 1) * width]
    for (let at = nextMark(data, words, row, end); at < end;) {
      const first = at
      while (at < end && data[at] > 0) at++
      const along = Math.min(WIDEST, at - first)
      for (let mark = first; mark < at; mark += STEP)
        widths.push(Math.min(along, runThrough(mark - row, y)))
      at = nextMark(data, words, at, end)
    }
  }
  if (widths.length < FEWEST) return undefined
  widths.sort((a, b) => a - b)
  return widths[Math.floor(THIN_SHARE * widths.length)]

  /** How many marks stand on one another at a place. */
  function runThrough(x: number, y: number): number {
    let [top, foot] = [y, y]
    while (top > 0 && foot - top < WIDEST && data[(top - 1) * width + x] > 0) top--
    while (foot < height - 1 && foot - top < WIDEST && data[(foot + 1) * width + x] > 0) foot++
    return foot - top + 1
  }
}
