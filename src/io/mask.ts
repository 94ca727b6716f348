// Masks: images of one channel in which 0 is background.
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { defineCodec, read, write, type Codec } from './codec.ts'
import { imageCodec, type Image } from './image.ts'

/**
 * A mask; maps to and from an `Image` of one channel of 8 bits, 0 = background.
 *
 * Written as an 8-bit grey PNG: of 1 bit, other programs would read booleans, or 0 and 1. When read, of a picture with colours the brightest channel of each
 * pixel is taken and alpha left out; of 16 bits the upper 8 (a value above 0 stays above 0).
 */
export const maskCodec: Codec<Image> = defineCodec<Image>({
  ...imageCodec('png'),
  name: 'a mask',
  decode: async (bytes, where) => asMask(await imageCodec().decode(bytes, where)),
})

/** One channel of 8 bits of any image, as `maskCodec` reads it. */
export function asMask(image: Image): Image {
  const { channels, depth, data } = image
  if (channels === 1 && depth === 8) return image
  const colours = channels <= 2 ? 1 : 3
  const mask = new Uint8Array(image.width * image.height)
  for (let i = 0, at = 0; i < mask.length; i++, at += channels) {
    let value = 0
    for (let c = 0; c < colours; c++) value = Math.max(value, data[at + c])
    mask[i] = depth === 8 || value === 0 ? value : Math.max(1, value >> 8)
  }
  return { ...image, channels: 1, depth: 8, data: mask }
}

/** Reads a mask. */
export const readMask = (file: ReadableFile): Promise<Image> => read(maskCodec, file)

/** Writes a mask as a PNG. */
export const writeMask = (file: WritableFile, mask: Image): Promise<void> =>
  write(maskCodec, file, mask)
