// Growing what a mask marks by a disk, as bits.
import { bitRowsOf, markBits, type BitRows } from './bit-rows.ts'
import { rawBytes } from './bytes.ts'
import { checkImage, type Image } from './image.ts'
import { workspace } from './wasm/kernels.ts'

/**
 * Grows what is marked by a disk: marks every pixel whose centre lies within `radius` of the centre
 * of a marked one. Beyond the border of the image nothing is marked.
 *
 * @param mask   one channel; not 0 = marked; its `data` are changed in place
 * @param radius in pixels; need not be whole
 * @returns the mask that was given
 * @throws RangeError if the mask has more than one channel or the radius is below 0
 * Cost: a look at each pixel, and 2 r + 1 operations for each 128 pixels of rows that have marks.
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
  const { words } = marks
  const length = 4 * words * height
  const { kernels, memory, places } = workspace(length, 4 * chords.length, length, 8 * words + 80)
  const [bits, disk, grown, room] = places
  memory.set(rawBytes(marks.bits), bits)
  memory.set(rawBytes(chords), disk)
  memory.fill(0, grown, grown + length)
  kernels.growRows(bits, words, height, disk, far, grown, room)
  return { words, bits: new Int32Array(memory.slice(grown, grown + length).buffer) }
}
