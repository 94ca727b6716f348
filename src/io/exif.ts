// What a camera tells about a photograph: the few EXIF fields that a reconstruction can use.
import type { ReadableFile } from '../base/file.ts'
import { defineCodec, read, unwritable, type Codec } from './codec.ts'
import { loadSharp } from './sharp.ts'

/** Each is absent if the camera did not tell it. */
export interface Exif {
  readonly make?: string
  readonly model?: string
  /** In mm, of the lens as it is. */
  readonly focalLength?: number
  /** In mm, as if the sensor were 36 × 24 mm. */
  readonly focalLength35?: number
  /** When it was taken, in the camera's own time: `2026:11:22 13:15:00`. */
  readonly taken?: string
  /** 1 (upright) to 8. */
  readonly orientation?: number
}

/** The EXIF fields of an image file; read only, and empty of a file that has none. */
export const exifCodec: Codec<Exif> = defineCodec<Exif>({
  name: 'an image with EXIF',
  extensions: ['jpg', 'jpeg', 'png', 'tiff', 'tif', 'webp'],
  async decode(bytes) {
    const { exif, orientation } = await loadSharp()(bytes, { limitInputPixels: false }).metadata()
    return { ...(exif && exifFields(exif)), ...(orientation !== undefined && { orientation }) }
  },
  encode: () => {
    throw unwritable('EXIF is not written: cameras do that')
  },
})

/** Reads the EXIF fields of an image file. */
export const readExif = (file: ReadableFile): Promise<Exif> => read(exifCodec, file)

// Source of the tags and types: JEITA, Exif 2.3, sections 4.6.2 to 4.6.5.
const tags: Readonly<Record<number, keyof Exif>> = {
  0x010f: 'make',
  0x0110: 'model',
  0x9003: 'taken',
  0x920a: 'focalLength',
  0xa405: 'focalLength35',
}
const subDirectory = 0x8769
const [ascii, short, long, rational] = [2, 3, 4, 5]

function exifFields(exif: Buffer): Exif {
  const start = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0
  const tiff = exif.subarray(start)
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const isLittle = view.getUint16(0) === 0x4949
  const fields: [string, string | number][] = []
  let directory = view.getUint32(4, isLittle)
  // the main directory, and that of the camera's settings that it points to
  for (let depth = 0; depth < 2 && directory !== 0; depth++) {
    const count = view.getUint16(directory, isLittle)
    let deeper = 0
    for (let at = directory + 2; at < directory + 2 + 12 * count; at += 12) {
      const tag = view.getUint16(at, isLittle)
      if (tag === subDirectory) deeper = view.getUint32(at + 8, isLittle)
      const value = Object.hasOwn(tags, tag) ? valueAt(at) : undefined
      if (value !== undefined) fields.push([tags[tag], value])
    }
    directory = deeper
  }
  return Object.fromEntries(fields)

  function valueAt(at: number): string | number | undefined {
    const type = view.getUint16(at + 2, isLittle)
    const length = view.getUint32(at + 4, isLittle)
    const offset = view.getUint32(at + 8, isLittle)
    switch (type) {
      case ascii: {
        const from = length <= 4 ? at + 8 : offset
        return tiff
          .toString('latin1', from, from + length)
          .replace(/\0.*$/s, '')
          .trim()
      }
      case short:
        return view.getUint16(at + 8, isLittle)
      case long:
        return offset
      case rational:
        return view.getUint32(offset, isLittle) / view.getUint32(offset + 4, isLittle)
      default:
        return undefined
    }
  }
}
