// From an image as its file holds it to pixels that can be computed with, or a clear refusal.
import type { Image } from '../../src/geometry/image.ts'
import { io, RomiError, type InputFile } from '../../src/index.ts'

/**
 * The pixels of a photograph.
 *
 * @throws RomiError `task/unusable-image`, naming the file, if it has not 8 bits a channel or is to be
 *   shown turned
 */
export function pixelsOf(image: io.Image, file: InputFile): Image {
  checkUpright(image, file)
  const { width, height, channels, depth, data } = image
  if (depth !== 8 || !(data instanceof Uint8Array))
    throw unusable(file, `has ${depth} bits a channel`, 'save it with 8')
  return { width, height, channels, data }
}

/** As `pixelsOf`, of a photograph that must have red, green and blue. */
export function colouredPixelsOf(image: io.Image, file: InputFile): Image {
  const pixels = pixelsOf(image, file)
  if (pixels.channels < 3)
    throw isBlackAndWhite(pixels)
      ? unusable(
          file,
          'is grey and looks like a mask',
          'if it is one, let it be read as such: upstream_mask = "ImagesFilesetExists" in [Voxels]; ' +
            'else select photographs with colours by `query`',
        )
      : unusable(file, 'is grey', 'give photographs with colours, or select them with `query`')
  return pixels
}

/** True of a picture of 0 and one other value, of which its first channel tells. */
function isBlackAndWhite({ channels, data }: Image): boolean {
  let white = 0
  for (let i = 0; i < data.length; i += channels) {
    if (data[i] === 0 || data[i] === white) continue
    if (white !== 0) return false
    white = data[i]
  }
  return true
}

/** The pixels of a mask: of a picture with colours the brightest, alpha left out. */
export function maskPixelsOf(image: io.Image, file: InputFile): Image {
  checkUpright(image, file)
  const { width, height, data } = io.asMask(image)
  return {
    width,
    height,
    channels: 1,
    data: data instanceof Uint8Array ? data : Uint8Array.from(data),
  }
}

/** Pixels with one to four channels of 8 bits as an image to be written. */
export function imageOf({ width, height, channels, data }: Image): io.Image {
  // Safe: kernels make as many channels as they were given, or one.
  return { width, height, channels: channels as io.Image['channels'], depth: 8, data }
}

/** Cameras speak of pixels as they are stored; a picture to be shown turned was not meant so. */
function checkUpright({ orientation }: io.Image, file: InputFile): void {
  if (orientation !== undefined)
    throw unusable(
      file,
      `is to be shown turned (EXIF orientation ${orientation}), which its camera does not know of`,
      'save it upright and without that tag, as `exiftran -ai` does',
    )
}

function unusable({ filename }: InputFile, what: string, then: string): RomiError {
  return new RomiError('task/unusable-image', `${filename} ${what}: ${then}`, {
    facts: { file: filename },
  })
}
