// Images as plain arrays of pixels: PNG, JPEG and TIFF, exactly as they are stored.
import type { Metadata } from 'sharp'
import { asError } from '../base/errors.ts'
import type { ReadableFile, WritableFile } from '../base/file.ts'
import { Damage, defineCodec, read, unwritable, write, type Codec } from './codec.ts'
import { checkLimit, Excess } from './limits.ts'
import { loadSharp } from './sharp.ts'

/** Pixels in rows from the top, channels side by side: `data[(y * width + x) * channels + c]`. */
export interface Image {
  readonly width: number
  readonly height: number
  /** Grey, grey + alpha, RGB, RGB + alpha. */
  readonly channels: 1 | 2 | 3 | 4
  /** Bits a channel; 8 in a `Uint8Array`, 16 in a `Uint16Array`. */
  readonly depth: 8 | 16
  readonly data: Uint8Array | Uint16Array
  /**
   * The EXIF orientation, 2 to 8, of a picture that is to be shown turned; absent when upright. The
   * pixels are *not* turned by it: cameras and poses speak of the pixels as stored.
   */
  readonly orientation?: number
}

export interface ImageOptions {
  /** JPEG only: 1 to 100. */
  readonly quality?: number
  /** JPEG only: false writes the same pixels in half the time, and a ninth longer. Default: true. */
  readonly smallest?: boolean
}

/** What can be written. */
export type ImageFormat = 'png' | 'jpg' | 'tiff'
const extensions: Readonly<Record<ImageFormat, readonly string[]>> = {
  png: ['png'],
  jpg: ['jpg', 'jpeg'],
  tiff: ['tiff', 'tif'],
}
const readable = ['png', 'jpeg', 'tiff', 'webp']

/**
 * An image file; maps to and from `Image`. Whatever format is written, all are read.
 *
 * Pixels are those of the file: no rotation, no colour profile applied, 16 bits stay 16 bits, grey
 * stays one channel. Palettes and 1-bit images are expanded to 8 bits a channel, CMYK becomes RGB.
 */
export function imageCodec(format: ImageFormat = 'png', options: ImageOptions = {}): Codec<Image> {
  const others = Object.values(extensions).flat()
  return defineCodec<Image>({
    name: 'an image',
    extensions: [...new Set([...extensions[format], ...others])],
    decode: decodeImage,
    encode: (image) => encodeImage(image, format, options),
  })
}

async function decodeImage(bytes: Uint8Array): Promise<Image> {
  if (bytes.length === 0) throw new Damage('the file is empty')
  try {
    return await pixelsIn(bytes)
  } catch (error) {
    if (error instanceof Damage || error instanceof Excess) throw error
    throw new Damage(faultText(asError(error).message), { cause: error })
  }
}

/** What is wrong with bytes that libvips cannot read, with its own words where it has some. */
export function faultText(message: string): string {
  if (message.includes('unsupported image format'))
    return 'it is no PNG, JPEG, TIFF or WebP, or its beginning is damaged'
  const [detail] = message.replace(/^Input buffer has corrupt header: ?/, '').split('\n')
  const isTold = detail !== '' && detail !== 'Unknown error'
  return `it is cut off or damaged${isTold ? ` (${detail})` : ''}`
}

async function pixelsIn(bytes: Uint8Array): Promise<Image> {
  // 'error' and not 'warning': photographs with junk between JPEG segments are common and whole.
  const sharp = loadSharp()
  const input = sharp(bytes, { failOn: 'error', ignoreIcc: true, limitInputPixels: false })
  const metadata = await input.metadata()
  checkLimit('pixels', metadata.width * metadata.height)
  const depth = checkedDepth(metadata)
  // of 8-bit grey with alpha sharp's raw output drops the alpha; of the same as RGB it does not
  const isGreyAlpha = metadata.channels === 2 && depth === 8
  const { data, info } = await input
    .toColourspace(isGreyAlpha ? 'srgb' : spaceOf(metadata.channels, depth))
    .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const channels = isGreyAlpha ? 2 : info.channels
  if (channels < 1 || channels > 4) throw new Damage(`it has ${channels} channels, not 1 to 4`)
  const orientation = metadata.orientation ?? 1
  return {
    width: info.width,
    height: info.height,
    channels: channels as Image['channels'], // checked above
    depth,
    data: isGreyAlpha
      ? greyAlpha(data)
      : depth === 16
        ? wordsIn(data)
        : new Uint8Array(data.buffer, data.byteOffset, data.length),
    ...(orientation === 1 ? {} : { orientation }),
  }
}

function spaceOf(channels: number, depth: 8 | 16): 'grey16' | 'rgb16' | 'b-w' | 'srgb' {
  if (depth === 16) return channels <= 2 ? 'grey16' : 'rgb16'
  return channels <= 2 ? 'b-w' : 'srgb'
}

function checkedDepth({ format, depth, pages }: Metadata): 8 | 16 {
  if (!readable.includes(format)) throw new Damage(`it is ${format}, not PNG, JPEG, TIFF or WebP`)
  if ((pages ?? 1) > 1) throw new Damage(`it holds ${pages} pages; one picture is expected`)
  if (depth === 'uchar') return 8
  if (depth === 'ushort') return 16
  throw new Damage(`its pixels are of type ${depth}; 8 and 16 bits a channel can be read`)
}

function greyAlpha(rgba: Buffer): Uint8Array {
  const data = new Uint8Array(rgba.length / 2)
  for (let i = 0; i < data.length; i += 2) {
    data[i] = rgba[2 * i]
    data[i + 1] = rgba[2 * i + 3]
  }
  return data
}

function wordsIn(data: Buffer): Uint16Array {
  const aligned = data.byteOffset % 2 === 0 ? data : Buffer.from(new Uint8Array(data))
  return new Uint16Array(aligned.buffer, aligned.byteOffset, data.length / 2)
}

async function encodeImage(
  image: Image,
  format: ImageFormat,
  options: ImageOptions,
): Promise<Uint8Array> {
  const { width, height, channels, depth, data } = image
  if (data.length !== width * height * channels || (depth === 16) !== data instanceof Uint16Array)
    throw unwritable(
      `an image of ${width} × ${height} × ${channels} at ${depth} bits cannot have ` +
        `${data.length} values in a ${data.constructor.name}: give as many of that depth`,
    )
  if (format === 'jpg' && (depth === 16 || channels === 2 || channels === 4))
    throw unwritable(
      `a JPEG holds 1 or 3 channels of 8 bits, not ${channels} of ${depth}: write a PNG or a TIFF`,
    )
  const sharp = loadSharp()
  const raw = sharp(data, { raw: { width, height, channels } })
  const pixels = raw.toColourspace(spaceOf(channels, depth))
  const { orientation = 1 } = image
  const tagged = orientation === 1 ? pixels : pixels.withMetadata({ orientation })
  switch (format) {
    case 'png':
      // half the time of the default level 6 and nearly as small, masks most of all
      return tagged.png({ compressionLevel: 3 }).toBuffer()
    case 'jpg':
      return tagged
        .jpeg({
          quality: options.quality ?? 92,
          chromaSubsampling: '4:4:4',
          optimiseCoding: options.smallest ?? true,
        })
        .toBuffer()
    case 'tiff':
      return tagged.tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer()
  }
}

/** Reads a PNG, JPEG, TIFF or WebP file. */
export const readImage = (file: ReadableFile): Promise<Image> => read(imageCodec(), file)

/** Writes a PNG unless told otherwise. */
export const writeImage = (
  file: WritableFile,
  image: Image,
  format: ImageFormat = 'png',
  options: ImageOptions = {},
): Promise<void> => write(imageCodec(format, options), file, image)
