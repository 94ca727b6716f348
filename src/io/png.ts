// The shortest way to a PNG: grey, 8 bits, unfiltered; for masks, whose rows deflate well as they are.
import { promisify } from 'node:util'
import { constants, crc32, deflate } from 'node:zlib'

const deflated = promisify(deflate)
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** True of pixels that are all 0 or 255. */
export function isBinary(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i++) if (((pixels[i] + 1) & 0xff) > 1) return false
  return true
}

/**
 * One channel of 8 bits as a PNG. Eight bits and not one, since other programs read a 1-bit PNG as
 * booleans or as 0 and 1; runs of equal pixels cost next to nothing either way.
 *
 * @param pixels width × height, in rows from the top
 * Source: W3C, Portable Network Graphics, 2nd edition, sections 5 and 11.
 */
export async function encodeGreyPng(
  width: number,
  height: number,
  pixels: Uint8Array,
): Promise<Uint8Array> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8) // bits, grey, deflate, standard filters, not interlaced

  // each row opens with its filter type: 0, none
  const rows = new Uint8Array(height * (width + 1))
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const body = await deflated(rows, { level: 1, strategy: constants.Z_RLE })

  return Buffer.concat([
    signature,
    ...chunk('IHDR', header),
    ...chunk('IDAT', body),
    ...chunk('IEND', new Uint8Array(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Uint8Array[] {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0)
  return [head, data, check]
}
